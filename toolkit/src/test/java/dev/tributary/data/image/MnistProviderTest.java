package dev.tributary.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFiles;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.RealData;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;

final class MnistProviderTest {
    private static final Map<String, String> RAW = Map.of("standardize", "false");

    private final Path directory;

    MnistProviderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void writeSmallData() {
        DataFiles.write(directory.resolve("train-images-idx3-ubyte"), DataFiles.images(4, 28, 28));
        DataFiles.write(
                directory.resolve("train-labels-idx1-ubyte.gz"),
                DataFiles.gzip(DataFiles.labels(3, 1, 9, 0)));
        DataFiles.write(
                directory.resolve("t10k-images-idx3-ubyte.gz"),
                DataFiles.gzip(DataFiles.images(2, 28, 28)));
        DataFiles.write(directory.resolve("t10k-labels-idx1-ubyte"), DataFiles.labels(7, 7));
    }

    @Test
    void askedForExamplesAreLoadedInThatOrder() {
        DatasetSource source = open(RAW);
        LocalDataset all = source.train(new int[] {0, 1, 2, 3});
        LocalDataset some = source.train(new int[] {2, 0});
        assertThat(source.trainLabels()).containsExactly(3, 1, 9, 0);
        assertThat(some.labels()).containsExactly(9, 3);
        assertThat(some.featureShape()).containsExactly(1, 28, 28);
        assertThat(some.features()).isEqualTo(all.subset(new int[] {2, 0}).features());
        assertThat(all.features()[1]).isEqualTo(31 / 255f);
    }

    @Test
    void pixelsAreStandardizedUnlessSwitchedOff() {
        float raw = open(RAW).test().features()[5];
        float standardized = open(Map.of()).test().features()[5];
        assertThat(standardized).isCloseTo((raw - 0.1307f) / 0.3081f, within(1e-6f));
    }

    @Test
    void missingFilesAreNamedWithAllThatAreExpected() throws Exception {
        Files.delete(directory.resolve("t10k-labels-idx1-ubyte"));
        assertThatThrownBy(() -> open(RAW))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("train-images-idx3-ubyte, train-labels-idx1-ubyte")
                .hasMessageContaining("found no [t10k-labels-idx1-ubyte]");
        assertThatThrownBy(() -> new MnistProvider().open(null, Map.of(), 0))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("t10k-labels-idx1-ubyte")
                .hasMessageContaining("found none given");
        assertThatThrownBy(() -> new MnistProvider().open(Path.of("/nowhere"), Map.of(), 0))
                .hasMessageContaining("found no directory " + Path.of("/nowhere"))
                .hasMessageContaining("they are at https://");
    }

    @Test
    void imagesThatAreTooFewOrOfAnotherSizeAreRefused() {
        Path images = directory.resolve("train-images-idx3-ubyte");
        DataFiles.write(images, DataFiles.images(3, 28, 28));
        assertThatThrownBy(() -> open(RAW).train(new int[] {0}))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected images [4, 28, 28]")
                .hasMessageContaining("found [3, 28, 28]");
        DataFiles.write(images, DataFiles.images(4, 27, 28));
        assertThatThrownBy(() -> open(RAW).train(new int[] {0}))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("found [4, 27, 28]");
    }

    @Test
    void labelThatIsNoDigitIsRefused() {
        DataFiles.write(directory.resolve("t10k-labels-idx1-ubyte"), DataFiles.labels(7, 10));
        assertThatThrownBy(() -> open(RAW))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("label of example 1: expected 0 to 9, found 10");
    }

    @Test
    void examplesThatDoNotExistAreRefused() {
        assertThatThrownBy(() -> open(RAW).train(new int[] {4}))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> open(RAW).train(new int[] {-1}))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void realDataHasItsKnownLabelsMeanAndDeviation() {
        Path real = RealData.directory("tributary.mnist");
        DatasetSource source = new MnistProvider().open(real, RAW, 0);
        assertThat(source.trainLabels()).hasSize(60_000).startsWith(5, 0, 4, 1, 9, 2, 1, 3, 1, 4);
        assertThat(source.test().exampleCount()).isEqualTo(10_000);
        float[] pixels = source.train(IntStream.range(0, 60_000).toArray()).features();
        double sum = 0;
        double squares = 0;
        for (float pixel : pixels) {
            sum += pixel;
            squares += (double) pixel * pixel;
        }
        double mean = sum / pixels.length;
        assertThat(mean).isCloseTo(0.1307, within(1e-4));
        assertThat(Math.sqrt(squares / pixels.length - mean * mean))
                .isCloseTo(0.3081, within(1e-4));
    }

    private DatasetSource open(Map<String, String> options) {
        return new MnistProvider().open(directory, options, 0);
    }
}
