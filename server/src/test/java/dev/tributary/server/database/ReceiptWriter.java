package dev.tributary.server.database;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A process that writes receipts, some at a time, and tells each one that stands, until it is
 * killed.
 */
final class ReceiptWriter {
    static final int GROUP = 3;
    private static final int MAX_GROUPS = 100_000;

    private ReceiptWriter() {}

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
                        ReceiptWriter.class.getName(),
                        address.url())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] arguments) {
        DatabaseAddress address =
                new DatabaseAddress(arguments[0], null, null, Duration.ofSeconds(5));
        try (Database database = Database.open(address)) {
            for (int group = 0; group < MAX_GROUPS; group++) {
                int first = group * GROUP;
                List<Receipt> receipts =
                        IntStream.range(first, first + GROUP)
                                .mapToObj(i -> DatabaseContract.receipt(1, 1, "c%06d".formatted(i)))
                                .toList();
                for (Acceptance end : write(database, receipts)) {
                    Acceptance.Counted counted = (Acceptance.Counted) end;
                    System.out.println(counted.receipt().clientId());
                }
            }
        }
    }

    /** In two steps, which are one transaction. */
    private static List<Acceptance> write(Database database, List<Receipt> receipts) {
        List<Acceptance> ends = new ArrayList<>();
        Runnable halves =
                () -> {
                    ends.clear();
                    ends.addAll(database.receipts().accept(receipts.subList(0, GROUP / 2)));
                    ends.addAll(database.receipts().accept(receipts.subList(GROUP / 2, GROUP)));
                };
        database.together(halves);
        return ends;
    }
}
