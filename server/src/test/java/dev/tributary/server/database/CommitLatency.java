package dev.tributary.server.database;

import dev.tributary.protocol.RunStatus;
import dev.tributary.server.store.ReceiptLog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Prints what durable receipts and rounds cost, beside what the disk alone takes for 4 KiB; run by
 * hand with a directory and perhaps the URL of an empty PostgreSQL database.
 */
final class CommitLatency {
    private static final int WARM_UP = 2000;
    private static final int MEASURED = 1000;
    private static final int BLOCK = 4096;

    private CommitLatency() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "latency");
        try (FileChannel file =
                FileChannel.open(
                        directory.resolve("plain"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            measure("append 4 KiB, force", i -> append(file));
        }
        DatabaseAddress address =
                arguments.length > 1
                        ? DatabaseAddress.of(arguments[1], Map.of())
                        : DatabaseAddress.inDirectory(directory);
        long start = System.nanoTime();
        try (Database database = Database.open(address)) {
            System.out.printf("open %.0f ms%n", (System.nanoTime() - start) / 1e6);
            database.runs()
                    .create(
                            new NewRun(DatabaseContract.RUN, "latency", "", 1),
                            RunStatus.State.WAITING);
            try (ReceiptLog log =
                    ReceiptLog.open(directory.resolve("receipts.log"), DatabaseContract.RUN)) {
                for (int group : new int[] {1, 10, 100}) {
                    measure(
                            "accept %d".formatted(group),
                            i -> log.append(receipts(group, i)).join());
                }
            }
            int offset = 1000;
            measure(
                    "open round",
                    i -> database.rounds().open(DatabaseContract.start(offset + i, 1)));
            measure(
                    "close round",
                    i ->
                            database.rounds()
                                    .close(
                                            DatabaseContract.RUN,
                                            1,
                                            new RoundEnd(offset + i, "abc"),
                                            DatabaseContract.metrics(offset + i, null),
                                            receipts(10, i)));
        }
    }

    private static List<Receipt> receipts(int group, int call) {
        return IntStream.range(0, group)
                .mapToObj(i -> DatabaseContract.receipt(1000 + call, 1, "c" + i))
                .toList();
    }

    private interface Operation {
        void run(int call);
    }

    private static void append(FileChannel file) {
        try {
            file.write(ByteBuffer.allocate(BLOCK));
            file.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void measure(String what, Operation operation) {
        long[] nanos = new long[MEASURED];
        for (int i = 0; i < WARM_UP + MEASURED; i++) {
            long start = System.nanoTime();
            operation.run(i);
            if (i >= WARM_UP) {
                nanos[i - WARM_UP] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%-20s median %.2f ms, p90 %.2f ms, p99 %.2f ms%n",
                what,
                nanos[MEASURED / 2] / 1e6,
                nanos[MEASURED * 9 / 10] / 1e6,
                nanos[MEASURED * 99 / 100] / 1e6);
    }
}
