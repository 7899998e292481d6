package dev.tributary.data.image;

import dev.tributary.data.DataFile;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Options;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * MNIST (LeCun, Cortes and Burges), and whatever else has its form and file names, such as
 * Fashion-MNIST: gray images of 28 x 28 in ten classes, as IDX files, plain or gzip.
 */
public final class MnistProvider implements DatasetProvider {
    private static final String OWNER = "data set \"mnist\"";
    private static final String ORIGIN = "https://ossci-datasets.s3.amazonaws.com/mnist/";
    private static final List<String> FILES =
            List.of(
                    "train-images-idx3-ubyte",
                    "train-labels-idx1-ubyte",
                    "t10k-images-idx3-ubyte",
                    "t10k-labels-idx1-ubyte");

    /** For the service loader. */
    public MnistProvider() {}

    @Override
    public String name() {
        return "mnist";
    }

    @Override
    public String description() {
        return "handwritten digits, 1 x 28 x 28, 10 classes; reads " + String.join(", ", FILES);
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                "standardize",
                "true (default): pixels in [0, 1], then minus 0.1307, by 0.3081; false: in [0, 1]");
    }

    @Override
    public DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed) {
        boolean standardize = Options.of(OWNER, options(), options).flag("standardize", true);
        List<Path> files = DataFile.find(OWNER, ORIGIN, directory, FILES);
        MnistPart test = new MnistPart(files.get(2), files.get(3));
        return new ImageSource(
                new long[] {1, MnistPart.SIDE, MnistPart.SIDE},
                MnistPart.CLASSES,
                standardize
                        ? Shades.standardized(new double[] {0.1307}, new double[] {0.3081})
                        : Shades.plain(1),
                new MnistPart(files.get(0), files.get(1)),
                () -> test);
    }
}
