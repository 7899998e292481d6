package dev.tributary.server.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.Spool.SpoolFile;
import dev.tributary.server.aggregation.Spool.UploadTakenOverException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

final class SpoolTest {
    private static final Content TEN = new Content("0123abcd", 10);

    @TempDir private Path directory;

    private List<String> files() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static void write(SpoolFile file, String text) throws IOException {
        file.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    @Test
    void unfinishedUpdateIsFoundByTheNextServer() throws IOException {
        SpoolFile file = new Spool(directory).open(3, "a-1.b", TEN);
        write(file, "1234");
        file.leave();
        Spool next = new Spool(directory);
        assertThat(next.held(3, "a-1.b")).isEqualTo(4);
        assertThat(next.held(4, "a-1.b")).isZero();
        SpoolFile goesOn = next.resume(3, "a-1.b", TEN, 4).orElseThrow();
        write(goesOn, "567890");
        goesOn.seal();
        assertThat(Files.readString(directory.resolve(goesOn.name()))).isEqualTo("1234567890");
        assertThat(next.held(3, "a-1.b")).isZero();
    }

    @Test
    void wholeButUnsealedUpdateWantsItsLastByteAgain() throws IOException {
        SpoolFile file = new Spool(directory).open(1, "a", TEN);
        write(file, "1234567890");
        file.leave();
        Spool next = new Spool(directory);
        assertThat(next.held(1, "a")).isEqualTo(9);
        SpoolFile goesOn = next.resume(1, "a", TEN, 9).orElseThrow();
        write(goesOn, "0");
        goesOn.seal();
        assertThat(Files.readString(directory.resolve(goesOn.name()))).isEqualTo("1234567890");
    }

    @Test
    void uploadThatGoesOnStopsWhoStillWrites() throws IOException {
        Spool spool = new Spool(directory);
        SpoolFile first = spool.open(1, "a", TEN);
        write(first, "1234");
        SpoolFile second = spool.resume(1, "a", TEN, 4).orElseThrow();
        assertThatThrownBy(() -> write(first, "x")).isInstanceOf(UploadTakenOverException.class);
        first.discard();
        write(second, "567890");
        second.seal();
        assertThat(files()).containsExactly(second.name());
    }

    @Test
    void anotherContentOrOffsetDoesNotGoOn() throws IOException {
        Spool spool = new Spool(directory);
        write(spool.open(1, "a", TEN), "1234");
        assertThat(spool.resume(1, "a", TEN, 3)).isEmpty();
        assertThat(spool.held(1, "a")).isEqualTo(4);
        assertThat(spool.resume(1, "a", new Content("ffffffff", 10), 4)).isEmpty();
        assertThat(spool.held(1, "a")).isZero();
        assertThat(files()).isEmpty();
    }

    @Test
    void sealedUpdateIsNotTakenOver() throws IOException {
        Spool spool = new Spool(directory);
        SpoolFile whole = spool.open(1, "a", TEN);
        write(whole, "1234567890");
        whole.seal();
        assertThat(spool.resume(1, "a", TEN, 9)).isEmpty();
        write(spool.open(1, "a", TEN), "12");
        assertThat(files()).hasSize(2);
        assertThat(whole.channel().size()).isEqualTo(10);
    }

    @Test
    void roundThatIsOverLeavesNothing() throws IOException {
        Spool spool = new Spool(directory);
        SpoolFile kept = spool.open(2, "a", TEN);
        kept.seal();
        spool.open(1, "a", TEN).seal();
        spool.open(1, "b", TEN).leave();
        spool.drop(1);
        assertThat(files()).containsExactly(kept.name());
        spool.retain(Set.of());
        assertThat(files()).isEmpty();
    }
}
