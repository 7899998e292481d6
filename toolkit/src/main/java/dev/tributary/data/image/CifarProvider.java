package dev.tributary.data.image;

import dev.tributary.data.DataFile;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Options;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What CIFAR-10 and CIFAR-100 (Krizhevsky, 2009) share: their binary files, plain or gzip. */
abstract class CifarProvider implements DatasetProvider {
    private static final String STANDARDIZE = "standardize";
    private static final String ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar.html";

    private final List<String> trainFiles;
    private final String testFile;
    private final double[] means;
    private final double[] deviations;

    /**
     * @param means of the training pixels in [0, 1], by channel
     * @param deviations the same way
     */
    CifarProvider(List<String> trainFiles, String testFile, double[] means, double[] deviations) {
        this.trainFiles = trainFiles;
        this.testFile = testFile;
        this.means = means;
        this.deviations = deviations;
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                STANDARDIZE,
                "true (default): pixels in [0, 1], then minus the training set's mean, by its"
                        + " deviation, by channel; false: in [0, 1]");
    }

    @Override
    public final DatasetSource open(
            @Nullable Path directory, Map<String, String> options, long seed) {
        String owner = "data set \"" + name() + '"';
        Options checked = Options.of(owner, options(), options);
        CifarPart.Form form = form(checked);
        List<Path> train = DataFile.find(owner, ORIGIN, directory, trainFiles);
        List<Path> tests = DataFile.find(owner, ORIGIN, directory, List.of(testFile));
        CifarPart test = new CifarPart(form, tests);
        return new ImageSource(
                new long[] {3, CifarPart.SIDE, CifarPart.SIDE},
                form.classes(),
                checked.flag(STANDARDIZE, true)
                        ? Shades.standardized(means, deviations)
                        : Shades.plain(3),
                new CifarPart(form, train),
                () -> test);
    }

    /** How records are laid out, by what the options ask for. */
    abstract CifarPart.Form form(Options options);
}
