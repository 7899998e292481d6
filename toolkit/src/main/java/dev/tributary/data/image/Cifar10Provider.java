package dev.tributary.data.image;

import dev.tributary.data.Options;

import java.util.List;

/** CIFAR-10 (Krizhevsky, 2009): 60,000 color images of 32 x 32 in ten classes, as binary files. */
public final class Cifar10Provider extends CifarProvider {
    private static final List<String> FILES =
            List.of(
                    "data_batch_1.bin",
                    "data_batch_2.bin",
                    "data_batch_3.bin",
                    "data_batch_4.bin",
                    "data_batch_5.bin");

    /** For the service loader. */
    public Cifar10Provider() {
        super(
                FILES,
                "test_batch.bin",
                new double[] {0.4914, 0.4822, 0.4465},
                new double[] {0.2470, 0.2435, 0.2616});
    }

    @Override
    public String name() {
        return "cifar10";
    }

    @Override
    public String description() {
        return "color images, 3 x 32 x 32, 10 classes; reads the binary version's"
                + " data_batch_1.bin to data_batch_5.bin and test_batch.bin";
    }

    @Override
    CifarPart.Form form(Options options) {
        return new CifarPart.Form(1, 0, 10);
    }
}
