package dev.tributary.server.database;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** A process that closes rounds and tells each receipt that stands, until it is killed. */
final class RoundWriter {
    static final int RECEIPTS = 3;
    private static final int MAX_ROUNDS = 100_000;

    private RoundWriter() {}

    static Process start(DatabaseAddress address) throws IOException {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        RoundWriter.class.getName(),
                        address.url())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] arguments) {
        DatabaseAddress address =
                new DatabaseAddress(arguments[0], null, null, Duration.ofSeconds(5));
        try (Database database = Database.open(address)) {
            for (int round = 1; round <= MAX_ROUNDS; round++) {
                List<Receipt> receipts = receipts(round);
                close(database, round, receipts);
                receipts.forEach(receipt -> System.out.println(receipt.clientId()));
            }
        }
    }

    private static List<Receipt> receipts(int round) {
        int first = (round - 1) * RECEIPTS;
        return IntStream.range(first, first + RECEIPTS)
                .mapToObj(i -> DatabaseContract.receipt(round, 1, "c%06d".formatted(i)))
                .toList();
    }

    /** In two steps, which are one transaction. */
    private static void close(Database database, int round, List<Receipt> receipts) {
        database.together(
                () -> {
                    database.rounds().open(DatabaseContract.start(round, 1));
                    database.rounds()
                            .close(
                                    DatabaseContract.RUN,
                                    1,
                                    new RoundEnd(round, "abc"),
                                    DatabaseContract.metrics(round, null),
                                    receipts);
                });
    }
}
