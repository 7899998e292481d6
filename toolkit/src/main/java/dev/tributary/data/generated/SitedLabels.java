package dev.tributary.data.generated;

import dev.tributary.data.generated.ExampleGenerator.Part;
import dev.tributary.random.RandomStreams.Purpose;

/**
 * Two classes at sites where class 1 is not equally frequent.
 *
 * <p>Its rate rises evenly from the first, largest site to the last and smallest one: who
 * specializes sees more cases.
 *
 * @param sites who has the examples
 * @param lowest the rate of class 1 at the first site
 * @param highest the rate at the last site
 */
record SitedLabels(Sites sites, double lowest, double highest) {

    /** The class of an example: 0 or 1. */
    int label(Part part, int index) {
        double place =
                sites.streams().stream(
                                Purpose.GENERATION, index, sites.data() + "-label-" + part.key())
                        .nextDouble();
        return place < rate(sites.of(part, index)) ? 1 : 0;
    }

    /** The rate of class 1 at a site. */
    double rate(int site) {
        return lowest + (highest - lowest) * site / (sites.count() - 1);
    }

    /** The rate of class 1 in all examples together. */
    double rate() {
        double rate = 0;
        for (int site = 0; site < sites.count(); site++) {
            rate += sites.share(site) * rate(site);
        }
        return rate;
    }

    /** What the rate alone says for class 1: the logarithm of its odds. */
    double logOdds() {
        return StrictMath.log(rate() / (1 - rate()));
    }
}
