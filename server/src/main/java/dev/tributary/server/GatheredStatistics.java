package dev.tributary.server;

import dev.tributary.data.DataException;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.table.StatisticsFile;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.http.StatisticsDesk;
import dev.tributary.server.round.RefusedException;
import dev.tributary.server.store.DurableFiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Gathers what the sites tell of their tables, until as many have told as a run waits for.
 *
 * <p>Each site's statistics are a file before the site hears that they are here: a server that is
 * killed and started again asks nobody twice. Once all are there, the sum stands: later sites get
 * it, and change nothing. Thread-safe; one thread does the work.
 */
final class GatheredStatistics implements StatisticsDesk {
    private static final String SUFFIX = ".csv";

    private final Path directory;
    private final int sites;
    private final Duration poll;
    private final OrderThread thread = new OrderThread("statistics");
    private final Map<String, TableStatistics> known = new TreeMap<>();
    private final CompletableFuture<TableStatistics> sum = new CompletableFuture<>();

    private GatheredStatistics(Path directory, int sites, Duration poll) {
        this.directory = directory;
        this.sites = sites;
        this.poll = poll;
    }

    /**
     * Goes on with what is in a directory, which is made if it is not there.
     *
     * @param sites how many make the sum
     * @param poll how long a request for the sum waits
     */
    static GatheredStatistics open(Path directory, int sites, Duration poll) throws IOException {
        GatheredStatistics gathering = new GatheredStatistics(directory, sites, poll);
        Files.createDirectories(directory);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                gathering.known.put(
                        name.substring(0, name.length() - SUFFIX.length()),
                        StatisticsFile.read(file));
            }
        }
        gathering.completeIfAll();
        return gathering;
    }

    /** Forgets what sites told for a run. */
    static void forget(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for all sites. */
    TableStatistics await() {
        return sum.join();
    }

    @Override
    public CompletableFuture<Boolean> put(String client, String statistics) {
        return thread.ask(() -> accept(client, statistics));
    }

    @Override
    public CompletableFuture<Optional<String>> sum() {
        return sum.thenApply(all -> Optional.of(StatisticsFile.text(all)))
                .completeOnTimeout(Optional.empty(), poll.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Requests that wait are told to come again. */
    @Override
    public void close() {
        sum.completeExceptionally(
                new RefusedException(ErrorCode.STOPPING, "the server is stopping"));
        thread.close();
    }

    private boolean accept(String client, String text) throws IOException {
        if (sum.isDone()) {
            return false;
        }
        try {
            TableStatistics statistics = StatisticsFile.parse("statistics", text);
            // Tables that do not fit together are refused now, and not when all are there.
            known.values().stream().findFirst().ifPresent(statistics::requireColumns);
            keep(client, text);
            known.put(client, statistics);
            completeIfAll();
            return true;
        } catch (DataException e) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private void completeIfAll() {
        if (known.size() >= sites) {
            sum.complete(known.values().stream().reduce(TableStatistics::plus).orElseThrow());
        }
    }

    private void keep(String client, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        DurableFiles.write(
                directory.resolve(client + SUFFIX),
                out -> {
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                });
    }
}
