package dev.tributary.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.data.DataFiles;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

final class CifarProviderTest {
    private static final int PIXELS = 3 * 32 * 32;
    private static final Map<String, String> RAW = Map.of("standardize", "false");

    private final Path directory;

    CifarProviderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void batchesFollowOneAnotherAndImagesAreChannelByChannel() {
        for (int batch = 1; batch <= 5; batch++) {
            DataFiles.write(
                    directory.resolve("data_batch_" + batch + ".bin"),
                    records(1, new int[] {batch}, new int[] {batch + 4}));
        }
        DataFiles.write(
                directory.resolve("test_batch.bin.gz"), DataFiles.gzip(records(1, new int[] {9})));
        DatasetSource source = new Cifar10Provider().open(directory, RAW, 0);
        assertThat(source.trainLabels()).containsExactly(1, 5, 2, 6, 3, 7, 4, 8, 5, 9);
        assertThat(source.featureShape()).containsExactly(3, 32, 32);
        LocalDataset some = source.train(new int[] {3, 0});
        assertThat(some.labels()).containsExactly(6, 1);
        assertThat(some.features()[PIXELS]).isEqualTo(1 / 255f);
        assertThat(some.features()[1024]).isEqualTo((6 + 1024 % 199) / 255f);
        assertThat(source.test().labels()).containsExactly(9);
        float standardized =
                new Cifar10Provider()
                        .open(directory, Map.of(), 0)
                        .train(new int[] {3})
                        .features()[1024];
        assertThat(standardized)
                .isCloseTo((some.features()[1024] - 0.4822f) / 0.2435f, within(1e-6f));
    }

    @Test
    void hundredClassesAreReadFineOrCoarse() {
        DataFiles.write(directory.resolve("train.bin"), records(2, new int[] {19, 99}));
        DataFiles.write(directory.resolve("test.bin"), records(2, new int[] {0, 7}));
        DatasetSource fine = new Cifar100Provider().open(directory, Map.of(), 0);
        assertThat(fine.trainLabels()).containsExactly(99);
        assertThat(fine.classCount()).isEqualTo(100);
        DatasetSource coarse =
                new Cifar100Provider().open(directory, Map.of("labels", "coarse"), 0);
        assertThat(coarse.trainLabels()).containsExactly(19);
        assertThat(coarse.classCount()).isEqualTo(20);
    }

    /** Images that begin with their last label and go up. */
    private static byte[] records(int labelBytes, int[]... labels) {
        byte[] file = new byte[labels.length * (labelBytes + PIXELS)];
        for (int i = 0; i < labels.length; i++) {
            int from = i * (labelBytes + PIXELS);
            for (int j = 0; j < labelBytes; j++) {
                file[from + j] = (byte) labels[i][j];
            }
            for (int j = 0; j < PIXELS; j++) {
                file[from + labelBytes + j] = (byte) (labels[i][labelBytes - 1] + j % 199);
            }
        }
        return file;
    }
}
