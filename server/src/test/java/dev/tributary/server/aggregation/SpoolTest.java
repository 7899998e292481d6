package dev.tributary.server.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.server.aggregation.Spool.SpoolFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class SpoolTest {
    @TempDir private Path directory;

    private long files() throws IOException {
        try (var files = Files.list(directory)) {
            return files.count();
        }
    }

    private static void write(SpoolFile file, String text) throws IOException {
        file.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private static String read(SpoolFile file, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        file.channel().read(bytes, 0);
        return new String(bytes.array(), UTF_8);
    }

    @Test
    void discardedFileIsUsedAgainFromItsStart() throws IOException {
        try (Spool spool = new Spool(directory, 10)) {
            SpoolFile first = spool.open();
            write(first, "longer text");
            first.discard();
            SpoolFile second = spool.open();
            write(second, "short");
            assertThat(read(second, 5)).isEqualTo("short");
            assertThat(files()).isEqualTo(1);
        }
    }

    @Test
    void secondDiscardDoesNotTakeTheFileFromItsNextUser() throws IOException {
        try (Spool spool = new Spool(directory, 10)) {
            SpoolFile first = spool.open();
            first.discard();
            SpoolFile second = spool.open();
            first.discard();
            SpoolFile third = spool.open();
            write(second, "two");
            write(third, "three");
            assertThat(read(second, 3)).isEqualTo("two");
        }
    }

    @Test
    void filesOpenAtOnceAreApart() throws IOException {
        try (Spool spool = new Spool(directory, 10)) {
            SpoolFile one = spool.open();
            SpoolFile two = spool.open();
            write(one, "one");
            write(two, "two");
            assertThat(read(one, 3)).isEqualTo("one");
            assertThat(read(two, 3)).isEqualTo("two");
        }
    }

    @Test
    void idleFilesOfLargeBodiesAreNotKept() throws IOException {
        try (Spool spool = new Spool(directory, 128L << 20)) {
            List<SpoolFile> open = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                open.add(spool.open());
            }
            assertThat(files()).isEqualTo(5);
            open.forEach(SpoolFile::discard);
            assertThat(files()).isEqualTo(2);
        }
    }

    @Test
    void closingDeletesIdleFilesAndThoseThatComeBackLater() throws IOException {
        Spool spool = new Spool(directory, 10);
        SpoolFile idle = spool.open();
        SpoolFile used = spool.open();
        idle.discard();
        spool.close();
        assertThat(files()).isEqualTo(1);
        used.discard();
        assertThat(files()).isZero();
    }
}
