package dev.tributary.server.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.server.aggregation.Spool.Content;

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
    void roundThatIsOverLeavesNothingButSpareFiles() throws IOException {
        Spool spool = new Spool(directory);
        SpoolFile kept = spool.open(2, "a", TEN);
        kept.seal();
        SpoolFile old = spool.open(1, "a", TEN);
        old.seal();
        old.leave();
        spool.open(1, "b", TEN).leave();
        spool.drop(1);
        assertThat(files()).hasSize(2).contains(kept.name());
        assertThat(files()).anyMatch(name -> name.endsWith(".spare"));
        spool.retain(Set.of());
        assertThat(files()).isEmpty();
    }

    @Test
    void unfinishedUpdateOfARoundThatIsOverIsGoneAndItsWriterFails() throws IOException {
        Spool spool = withSpare();
        SpoolFile overSpare = spool.open(2, "a", TEN);
        SpoolFile fresh = spool.open(2, "b", TEN);
        write(overSpare, "1234");
        spool.drop(2);
        assertThat(files()).isEmpty();
        assertThatThrownBy(() -> write(overSpare, "567890"))
                .isInstanceOf(UploadTakenOverException.class);
        assertThatThrownBy(() -> write(fresh, "1234567890"))
                .isInstanceOf(UploadTakenOverException.class)
                .hasMessageContaining("its round is over");
    }

    @Test
    void brokenOffUploadOverASpareFileGoesWithItsRound() throws IOException {
        Spool spool = withSpare();
        SpoolFile file = spool.open(2, "a", TEN);
        write(file, "1234");
        file.leave();
        spool.drop(2);
        assertThat(files()).isEmpty();
        assertThat(spool.held(2, "a")).isZero();
    }

    @Test
    void spareFileThatIsClearedAwayIsMissedByNoUpload() throws IOException {
        Spool spool = withSpare();
        spool.retain(Set.of());
        SpoolFile file = spool.open(2, "a", TEN);
        write(file, "1234567890");
        file.seal();
        assertThat(files()).containsExactly(file.name());
    }

    /** A spool with one spare file, of ten bytes. */
    private Spool withSpare() throws IOException {
        Spool spool = new Spool(directory);
        SpoolFile old = spool.open(1, "old", TEN);
        write(old, "abcdefghij");
        old.seal();
        old.leave();
        spool.drop(1);
        return spool;
    }

    @Test
    void smallUpdateIsWrittenOverOneThatIsNotNeeded() throws IOException {
        Spool spool = withSpare();
        SpoolFile file = spool.open(2, "a", new Content("0123abcd", 7));
        assertThat(files()).hasSize(1);
        assertThat(spool.held(2, "a")).isZero();
        write(file, "1234567");
        file.seal();
        assertThat(files()).containsExactly(file.name());
        assertThat(Files.readString(directory.resolve(file.name()))).isEqualTo("1234567");
    }

    @Test
    void unfinishedUpdateOverAnotherGoesOnWhereItStopped() throws IOException {
        Spool spool = withSpare();
        SpoolFile file = spool.open(2, "a", TEN);
        write(file, "1234");
        file.leave();
        assertThat(spool.held(2, "a")).isEqualTo(4);
        SpoolFile goesOn = spool.resume(2, "a", TEN, 4).orElseThrow();
        assertThat(goesOn.length()).isEqualTo(4);
        write(goesOn, "567890");
        goesOn.seal();
        assertThat(Files.readString(directory.resolve(goesOn.name()))).isEqualTo("1234567890");
    }

    @Test
    void unfinishedUpdateOverAnotherIsNothingToTheNextServer() throws IOException {
        SpoolFile file = withSpare().open(2, "a", TEN);
        write(file, "1234");
        file.leave();
        Spool next = new Spool(directory);
        assertThat(next.held(2, "a")).isZero();
        next.retain(Set.of());
        assertThat(files()).isEmpty();
    }

    @Test
    void updateOfUnknownOrGreatLengthGetsAFileOfItsOwn() throws IOException {
        Spool spool = withSpare();
        spool.open(2, "a", new Content("0123abcd", -1));
        spool.open(2, "b", new Content("0123abcd", 1 << 30));
        assertThat(files()).hasSize(3).anyMatch(name -> name.endsWith(".spare"));
    }

    @Test
    void updateThatIsBeingReadIsNotWrittenOver() throws IOException {
        Spool spool = new Spool(directory);
        SpoolFile read = spool.open(3, "a", TEN);
        write(read, "1234567890");
        read.seal();
        spool.drop(5);
        write(spool.open(6, "b", TEN), "abcdefghij");
        ByteBuffer bytes = ByteBuffer.allocate(10);
        assertThat(read.channel().read(bytes, 0)).isEqualTo(10);
        assertThat(new String(bytes.array(), UTF_8)).isEqualTo("1234567890");
        assertThat(files()).contains(read.name());
        read.leave();
        spool.drop(5);
        assertThat(files()).doesNotContain(read.name());
    }
}
