package dev.tributary.data.image;

import dev.tributary.data.Options;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * CIFAR-100 (Krizhevsky, 2009): 60,000 color images of 32 x 32 in a hundred classes, which make up
 * twenty, as binary files.
 */
public final class Cifar100Provider extends CifarProvider {
    private static final String LABELS = "labels";

    /** For the service loader. */
    public Cifar100Provider() {
        super(
                List.of("train.bin"),
                "test.bin",
                new double[] {0.5071, 0.4865, 0.4409},
                new double[] {0.2673, 0.2564, 0.2762});
    }

    @Override
    public String name() {
        return "cifar100";
    }

    @Override
    public String description() {
        return "color images, 3 x 32 x 32, 100 classes; reads the binary version's train.bin and"
                + " test.bin";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new TreeMap<>(super.options());
        options.put(LABELS, "fine (default): 100 classes; coarse: 20");
        return options;
    }

    @Override
    CifarPart.Form form(Options options) {
        boolean fine = options.choice(LABELS, "fine", List.of("fine", "coarse")).equals("fine");
        return fine ? new CifarPart.Form(2, 1, 100) : new CifarPart.Form(2, 0, 20);
    }
}
