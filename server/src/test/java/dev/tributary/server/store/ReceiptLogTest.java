package dev.tributary.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.server.database.Receipt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

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
        byte[] whole = Files.readAllBytes(file());
        int end = IntStream.range(0, whole.length).filter(i -> whole[i] == 0).findFirst().orElse(0);
        int lines = 0;
        for (int at = 0; at < end; at++) {
            List<Receipt> before = groups.subList(0, lines).stream().flatMap(List::stream).toList();
            Files.write(file(), Arrays.copyOf(whole, at));
            assertThat(found(1, 1)).as("torn at byte %d", at).isEqualTo(before);
            byte[] spoiled = whole.clone();
            spoiled[at] ^= 1;
            Files.write(file(), spoiled);
            assertThat(found(1, 1)).as("spoiled at byte %d", at).isEqualTo(before);
            lines += whole[at] == '\n' ? 1 : 0;
        }
        assertThat(lines).isEqualTo(groups.size());
    }
}
