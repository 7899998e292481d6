package dev.tributary.data.generated;

import dev.tributary.data.generated.ExampleGenerator.Part;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

/**
 * Sites of different size, to which generated examples belong.
 *
 * <p>An example belongs to site {@code k}, from 0, with probability {@code 1 / (k + 1)} divided by
 * the sum of all these: the first site is the largest, as hospitals, banks and roads differ.
 *
 * @param streams the seed
 * @param data the data set's name, in the keys of its random streams
 * @param column what a site is called in run files: {@code hospital}
 * @param count how many sites there are
 */
record Sites(RandomStreams streams, String data, String column, int count) {

    /** The site of an example, in {@code [0, count)}. */
    int of(Part part, int index) {
        double place =
                streams.stream(Purpose.GENERATION, index, data + "-site-" + part.key())
                        .nextDouble();
        double below = share(0);
        int site = 0;
        while (place >= below && site < count - 1) {
            site++;
            below += share(site);
        }
        return site;
    }

    /** The share of all examples that a site holds. */
    double share(int site) {
        double sum = 0;
        for (int k = 1; k <= count; k++) {
            sum += 1.0 / k;
        }
        return 1 / ((site + 1) * sum);
    }

    /** The site of a training example, if that is what is asked for. */
    int group(String asked, int index) {
        if (!asked.equals(column)) {
            throw ExampleGenerator.noColumn(asked, column);
        }
        return of(Part.TRAIN, index);
    }
}
