package dev.tributary.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Arrays;

final class IdxReaderTest {
    private static final byte[] SIX = {1, 2, 3, 4, 5, (byte) 200};

    private final Path directory;

    IdxReaderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void everyRankIsReadPlainAndGzipWhateverTheName(int rank) {
        int[] shape = new int[rank];
        Arrays.fill(shape, 1);
        shape[0] = 2;
        shape[rank - 1] = rank == 1 ? 6 : 3;
        byte[] file = DataFiles.idx(0x800 | rank, shape, SIX);
        Path plain = DataFiles.write(directory.resolve("plain.gz"), file);
        Path gzip = DataFiles.write(directory.resolve("gzip"), DataFiles.gzip(file));
        for (Path path : new Path[] {plain, gzip}) {
            IdxArray array = IdxReader.read(path, rank);
            assertThat(array.shape()).isEqualTo(shape);
            assertThat(array.values()).isEqualTo(SIX);
        }
    }

    @Test
    void fileCutAtAnyByteIsRefused() {
        byte[] file = DataFiles.idx(0x802, new int[] {2, 3}, SIX);
        for (int length = 0; length < file.length; length++) {
            Path cut = DataFiles.write(directory.resolve("cut"), Arrays.copyOf(file, length));
            assertThatThrownBy(() -> IdxReader.read(cut, 2))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("cut: expected");
        }
    }

    @Test
    void gzipCutAtAnyByteIsRefused() {
        byte[] file = DataFiles.gzip(DataFiles.idx(0x802, new int[] {2, 3}, SIX));
        for (int length = 0; length < file.length; length++) {
            Path cut = DataFiles.write(directory.resolve("cut"), Arrays.copyOf(file, length));
            assertThatThrownBy(() -> IdxReader.read(cut, 2))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(DataException.class);
        }
    }

    @Test
    void corruptGzipIsRefused() {
        byte[] file = DataFiles.gzip(DataFiles.idx(0x802, new int[] {2, 3}, SIX));
        file[file.length - 6] ^= 1;
        assertRefused(file, 2, "cannot be read");
    }

    @Test
    void surplusBytesAreRefused() {
        byte[] file = DataFiles.idx(0x802, new int[] {2, 2}, SIX);
        assertRefused(file, 2, "expected the end of the file after 4 values, found more bytes");
        assertRefused(DataFiles.gzip(file), 2, "expected the end of the file after 4 values");
    }

    @Test
    void wrongMagicTypeAndRankAreNamed() {
        int[] shape = {2, 3};
        assertRefused(DataFiles.idx(0x12345678, shape, SIX), 2, "0x12345678: no IDX file");
        assertRefused(DataFiles.idx(0xd02, shape, SIX), 2, "found 0x00000d02: another type code");
        assertRefused(
                DataFiles.idx(0x803, shape, SIX),
                2,
                "expected IDX magic 0x00000802 (unsigned bytes of rank 2), found 0x00000803:"
                        + " another rank");
    }

    @Test
    void claimsBeyondTheFileAreRefusedBeforeMemoryIsTaken() {
        int[] huge = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
        assertRefused(DataFiles.idx(0x803, huge, SIX), 3, "expected at most the 6 values");
        assertRefused(
                DataFiles.idx(0x801, new int[] {Integer.MAX_VALUE}, SIX),
                1,
                "expected at most the 6 values that its 14 bytes can hold, found 2,147,483,647");
    }

    @Test
    void emptyAndNegativeExtentsAreRefused() {
        assertRefused(DataFiles.idx(0x801, new int[] {0}, SIX), 1, "axis 0: expected 1 to");
        assertRefused(DataFiles.idx(0x801, new int[] {-1}, SIX), 1, "found 4294967295");
    }

    @Test
    void gzipBombIsRefused() {
        int side = 4096;
        byte[] bomb =
                DataFiles.gzip(DataFiles.idx(0x802, new int[] {side, side}, new byte[side * side]));
        assertThat(bomb).hasSizeLessThan(side * side / 900);
        assertRefused(bomb, 2, "expected at most the");
    }

    @Test
    void missingFileAndDirectoryAreNamed() {
        assertThatThrownBy(() -> IdxReader.read(directory.resolve("absent"), 1))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("absent: expected a file, found none");
        Path nowhere = directory.resolve("nowhere");
        assertThatThrownBy(() -> IdxReader.read(nowhere.resolve("absent"), 1))
                .hasMessageContaining("absent: expected a file, found no directory " + nowhere);
        assertThatThrownBy(() -> IdxReader.read(directory, 1)).isInstanceOf(DataException.class);
    }

    private void assertRefused(byte[] content, int rank, String message) {
        Path path = DataFiles.write(directory.resolve("hostile.idx"), content);
        assertThatThrownBy(() -> IdxReader.read(path, rank))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("hostile.idx")
                .hasMessageContaining(message);
    }
}
