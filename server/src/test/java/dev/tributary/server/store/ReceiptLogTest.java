package dev.tributary.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tributary.server.FileSizeLimit;
import dev.tributary.server.database.Receipt;
import dev.tributary.testkit.Await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

@Timeout(60)
final class ReceiptLogTest {
    private static final String RUN = "digits-1";

    @TempDir private Path directory;

    private static Receipt receipt(int round, int attempt, String client) {
        return new Receipt(
                RUN, round, attempt, client, "c0ffee", 100, "r" + round + "-" + client, 10, 2.5, 1);
    }

    private ReceiptLog open() throws IOException {
        return ReceiptLog.open(file(), RUN);
    }

    private Path file() {
        return directory.resolve("receipts.log");
    }

    private List<Receipt> found(int round, int attempt) throws IOException {
        try (ReceiptLog log = open()) {
            return log.found(round, attempt);
        }
    }

    @Test
    void whatWasNotedIsFoundAgainExactly() throws IOException {
        List<Receipt> noted = new ArrayList<>();
        for (double loss : new double[] {Double.NaN, Double.MIN_VALUE, 0.1, -1e300}) {
            String client = "c-" + noted.size();
            noted.add(
                    new Receipt(
                            RUN, 7, 2, client, "ff", 1L << 40, client, Long.MAX_VALUE, 0.1, loss));
        }
        try (ReceiptLog log = open()) {
            assertThat(log.found(7, 2)).isEmpty();
            log.append(noted.subList(0, 1)).join();
            log.append(noted.subList(1, 4)).join();
        }
        assertThat(found(7, 2)).isEqualTo(noted);
        assertThat(found(7, 1)).isEmpty();
        assertThat(found(8, 2)).isEmpty();
    }

    @Test
    void logGoesOnWhereItEnded() throws IOException {
        for (int i = 0; i < 5; i++) {
            try (ReceiptLog log = open()) {
                log.append(List.of(receipt(1, 1, "c" + i))).join();
            }
        }
        assertThat(found(1, 1))
                .extracting(Receipt::clientId)
                .containsExactly("c0", "c1", "c2", "c3", "c4");
    }

    @Test
    void anotherAttemptIsWrittenOverTheOneBefore() throws IOException {
        try (ReceiptLog log = open()) {
            for (int i = 0; i < 1000; i++) {
                log.append(List.of(receipt(1, 1, "of-the-first-" + i))).join();
            }
            log.append(List.of(receipt(1, 2, "a"))).join();
        }
        assertThat(found(1, 1)).isEmpty();
        assertThat(found(1, 2)).containsExactly(receipt(1, 2, "a"));
        try (ReceiptLog log = open()) {
            log.append(List.of(receipt(1, 2, "b"))).join();
        }
        assertThat(found(1, 2)).containsExactly(receipt(1, 2, "a"), receipt(1, 2, "b"));
    }

    @Test
    void clearedLogSaysNothing() throws IOException {
        try (ReceiptLog log = open()) {
            log.append(List.of(receipt(5, 1, "a"), receipt(5, 1, "b"))).join();
            log.clear();
        }
        assertThat(found(5, 1)).isEmpty();
    }

    @Test
    void manyThatComeAtOnceAreAllThere() throws IOException {
        try (ReceiptLog log = open()) {
            List<CompletableFuture<Void>> written =
                    IntStream.range(0, 2000)
                            .parallel()
                            .mapToObj(i -> log.append(List.of(receipt(3, 1, "c" + i))))
                            .toList();
            CompletableFuture.allOf(written.toArray(CompletableFuture[]::new)).join();
        }
        assertThat(found(3, 1)).doesNotHaveDuplicates().hasSize(2000);
    }

    /** Law: a file that ends or is spoiled anywhere says what came before, group by group. */
    @Test
    void groupsAreFoundWholeOrNotAtAllWhereverTheFileIsTorn() throws IOException {
        List<List<Receipt>> groups = new ArrayList<>();
        try (ReceiptLog log = open()) {
            for (int group = 0; group < 4; group++) {
                List<Receipt> together = new ArrayList<>();
                for (int i = 0; i <= group; i++) {
                    together.add(receipt(1, 1, "g" + group + "-" + i));
                }
                groups.add(together);
                log.append(together).join();
            }
        }
        String whole = Files.readString(file(), ISO_8859_1);
        int end = whole.indexOf(0);
        int lines = 0;
        for (int at = 0; at < end; at++) {
            List<List<Receipt>> before = groups.subList(0, lines);
            assertThat(ReceiptLines.read(whole.substring(0, at), RUN))
                    .as("torn at byte %d", at)
                    .isEqualTo(before);
            StringBuilder spoiled = new StringBuilder(whole);
            spoiled.setCharAt(at, (char) (whole.charAt(at) ^ 1));
            assertThat(ReceiptLines.read(spoiled.toString(), RUN))
                    .as("spoiled at byte %d", at)
                    .isEqualTo(before);
            lines += whole.charAt(at) == '\n' ? 1 : 0;
        }
        assertThat(lines).isEqualTo(groups.size());
    }

    /** A server was killed, or the power failed, and the pages before it did not come to disk. */
    @Test
    void lineBehindOneThatIsNotWholeNeverComesToStand() throws IOException {
        try (ReceiptLog log = open()) {
            for (String client : List.of("a", "b", "c")) {
                log.append(List.of(receipt(1, 1, client))).join();
            }
        }
        byte[] bytes = Files.readAllBytes(file());
        int line = ReceiptLines.line(List.of(receipt(1, 1, "a"))).length();
        Arrays.fill(bytes, line, 2 * line, (byte) 0);
        Files.write(file(), bytes);
        try (ReceiptLog log = open()) {
            assertThat(log.found(1, 1)).containsExactly(receipt(1, 1, "a"));
            log.append(List.of(receipt(1, 1, "d"))).join();
        }
        assertThat(found(1, 1)).containsExactly(receipt(1, 1, "a"), receipt(1, 1, "d"));
    }

    @Test
    void logThatAnotherVersionHasWrittenIsNotTakenForEmpty() throws IOException {
        String text = "1\t1\ta\tc0ffee";
        CRC32C checksum = new CRC32C();
        checksum.update(text.getBytes(ISO_8859_1));
        Files.writeString(file(), "%08x\t%s\n".formatted(checksum.getValue(), text));
        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected 9 fields")
                .hasMessageContaining(text);
    }

    @Test
    void foreignFileSaysNothingAndIsWrittenOver() throws IOException {
        byte[] noise = new byte[1 << 17];
        new Random(5).nextBytes(noise);
        Files.write(file(), noise);
        try (ReceiptLog log = open()) {
            log.append(List.of(receipt(1, 1, "a"))).join();
        }
        assertThat(found(1, 1)).containsExactly(receipt(1, 1, "a"));
    }

    /** Appends, and waits until the disk has refused it. */
    private static CompletableFuture<Void> appendInVain(ReceiptLog log, List<Receipt> receipts) {
        CompletableFuture<Void> written = log.append(receipts);
        Await.until(
                () -> {
                    assertThat(written).isNotDone();
                    return log.obstacle().isPresent();
                });
        return written;
    }

    @Test
    void firstLineOfAnAttemptThatCouldNotBeWrittenIsFoundAtTheBeginning() throws Exception {
        try (ReceiptLog log = open()) {
            log.append(List.of(receipt(1, 1, "a"))).join();
            CompletableFuture<Void> first;
            try (FileSizeLimit none = FileSizeLimit.of(0)) {
                first = appendInVain(log, List.of(receipt(1, 2, "a")));
                assertThat(first).isNotDone();
                assertThat(log.shortage()).isEqualTo(Shortage.LASTING);
            }
            log.append(List.of(receipt(1, 2, "b"))).join();
            first.join();
            assertThat(log.obstacle()).isEmpty();
            assertThat(log.shortage()).isEqualTo(Shortage.OVER);
        }
        assertThat(found(1, 2)).containsExactly(receipt(1, 2, "a"), receipt(1, 2, "b"));
    }

    /** A page that could not be forced is read back as if it were on disk. */
    @Test
    void fileThatCouldNotBeWrittenIsNotWrittenToOnceMore() throws Exception {
        try (ReceiptLog log = open()) {
            log.append(List.of(receipt(1, 1, "a"))).join();
            Object file = Files.getAttribute(file(), "unix:ino");
            log.append(List.of(receipt(1, 1, "b"))).join();
            assertThat(Files.getAttribute(file(), "unix:ino")).isEqualTo(file);
            CompletableFuture<Void> written;
            try (FileSizeLimit none = FileSizeLimit.of(0)) {
                written = appendInVain(log, List.of(receipt(1, 1, "c")));
            }
            written.join();
            assertThat(Files.getAttribute(file(), "unix:ino")).isNotEqualTo(file);
        }
        assertThat(found(1, 1)).extracting(Receipt::clientId).containsExactly("a", "b", "c");
    }

    /** What a failed write has left is not relied on, whole lines or not. */
    @Test
    void linesThatWereCutOffAreWrittenOnceMoreAndOnce() throws Exception {
        List<Receipt> all = new ArrayList<>();
        List<CompletableFuture<Void>> written = new ArrayList<>();
        try (ReceiptLog log = open()) {
            int line = ReceiptLines.line(List.of(receipt(1, 1, "c10"))).length();
            try (FileSizeLimit twoLines = FileSizeLimit.of(2 * line + 5)) {
                for (int i = 10; i < 20; i++) {
                    all.add(receipt(1, 1, "c" + i));
                    written.add(log.append(List.of(receipt(1, 1, "c" + i))));
                }
                written.add(appendInVain(log, List.of(receipt(1, 1, "more"))));
                all.add(receipt(1, 1, "more"));
            }
            CompletableFuture.allOf(written.toArray(CompletableFuture[]::new)).join();
        }
        assertThat(found(1, 1)).isEqualTo(all);
    }

    @Test
    void logThatIsClosedWhileTheDiskRefusesItsReceiptsSaysSo() throws Exception {
        ReceiptLog log = open();
        log.append(List.of(receipt(1, 1, "a"))).join();
        try (FileSizeLimit none = FileSizeLimit.of(0)) {
            CompletableFuture<Void> written = appendInVain(log, List.of(receipt(1, 1, "b")));
            log.close();
            assertThat(written).isCompletedExceptionally();
        }
        assertThat(found(1, 1)).containsExactly(receipt(1, 1, "a"));
    }
}
