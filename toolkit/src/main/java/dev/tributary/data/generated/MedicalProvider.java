package dev.tributary.data.generated;

import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

/**
 * Patients of eight hospitals, drawn from a seed: who is ill?
 *
 * @see MedicalGenerator
 */
public final class MedicalProvider extends GeneratedProvider {

    /** For the service loader. */
    public MedicalProvider() {
        super(
                "medical",
                "generated patients of 8 hospitals that differ in size and in how many are ill: 12"
                    + " laboratory values, 2 classes, best possible accuracy 0.904; needs no files",
                8_000,
                20_000);
    }

    @Override
    ExampleGenerator generator(RandomStreams streams, Options options) {
        return new MedicalGenerator(streams);
    }
}
