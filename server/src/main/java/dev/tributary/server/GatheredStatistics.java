package dev.tributary.server;

import dev.tributary.cli.Format;
import dev.tributary.data.DataException;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.table.StatisticsFile;
import dev.tributary.files.DurableFiles;
import dev.tributary.files.PrivateFiles;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.http.StatisticsDesk;
import dev.tributary.server.round.RefusedException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Gathers what the sites tell of their tables, until as many have told as a run waits for.
 *
 * <p>Each site's statistics are a file before the site hears that they are here: a server that is
 * killed and started again asks nobody twice. What cannot be added to the others' is refused and
 * not kept, so that one site stops no run. Once all are there, the sum stands: later sites get it,
 * and change nothing. Thread-safe; one thread does the work.
 */
final class GatheredStatistics implements StatisticsDesk {
    private static final Logger LOG = LoggerFactory.getLogger(GatheredStatistics.class);
    private static final String SUFFIX = ".csv";
    private static final int MOST_LOGGED = 1000;

    private final Path directory;
    private final int sites;
    private final Duration poll;
    private final Consumer<String> notes;
    private final OrderThread thread = new OrderThread("statistics");
    private final Map<String, TableStatistics> known = new TreeMap<>();
    private final CompletableFuture<Sum> sum = new CompletableFuture<>();
    private final Map<Object, CompletableFuture<Optional<String>>> waiting =
            new ConcurrentHashMap<>();
    private @Nullable Sum soFar;

    private GatheredStatistics(Path directory, int sites, Duration poll, Consumer<String> notes) {
        this.directory = directory;
        this.sites = sites;
        this.poll = poll;
        this.notes = notes;
        CompletableFuture<Sum> unused =
                sum.whenComplete((all, failure) -> waiting.values().forEach(this::answer));
    }

    /** What sites told together, and the same as they get it. */
    private record Sum(TableStatistics statistics, String text) {
        static Sum of(TableStatistics statistics) {
            return new Sum(statistics, StatisticsFile.text(statistics));
        }
    }

    /**
     * Goes on with what is in a directory, which is made if it is not there.
     *
     * @param sites how many make the sum
     * @param poll how long a request for the sum waits
     * @param notes hears how many have told
     */
    static GatheredStatistics open(Path directory, int sites, Duration poll, Consumer<String> notes)
            throws IOException {
        GatheredStatistics gathering = new GatheredStatistics(directory, sites, poll, notes);
        PrivateFiles.createDirectories(directory);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                String client = name.substring(0, name.length() - SUFFIX.length());
                TableStatistics statistics = StatisticsFile.read(file);
                gathering.take(client, statistics, gathering.with(client, statistics));
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
        return sum.join().statistics();
    }

    @Override
    public CompletableFuture<Boolean> put(String client, String statistics) {
        return thread.ask(() -> accept(client, statistics));
    }

    @Override
    public CompletableFuture<Optional<String>> sum() {
        if (sum.isDone()) {
            // Without a timer, which could be faster.
            return sum.thenApply(all -> Optional.of(all.text()));
        }
        CompletableFuture<Optional<String>> request = new CompletableFuture<>();
        Object key = new Object();
        waiting.put(key, request);
        CompletableFuture<Optional<String>> reply =
                request.completeOnTimeout(Optional.empty(), poll.toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete((text, failure) -> waiting.remove(key));
        if (sum.isDone()) {
            answer(request);
        }
        return reply;
    }

    /** Requests for the sum that have no answer yet. */
    int waiting() {
        return waiting.size();
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
            // What does not fit together is refused now, and not when all are there.
            Sum next = with(client, statistics);
            keep(client, text);
            take(client, statistics, next);
            notes.accept(
                    "%s has told of its table: %d of %d have"
                            .formatted(client, known.size(), sites));
            completeIfAll();
            return true;
        } catch (DataException e) {
            String reason = String.valueOf(e.getMessage());
            LOG.warn("{} is refused: {}", client, Format.printable(shortened(reason)));
            throw new RefusedException(ErrorCode.BAD_REQUEST, reason);
        }
    }

    /** What a site tells may name columns without end. */
    private static String shortened(String reason) {
        return reason.length() <= MOST_LOGGED ? reason : reason.substring(0, MOST_LOGGED) + "...";
    }

    /** The sum with what a site tells, in place of what it told before. */
    private Sum with(String client, TableStatistics statistics) {
        requireShare(client, statistics);
        requireColumns(client, statistics);
        if (soFar != null && !known.containsKey(client)) {
            return Sum.of(statistics.plus(soFar.statistics()));
        }
        Map<String, TableStatistics> all = new TreeMap<>(known);
        all.put(client, statistics);
        return Sum.of(all.values().stream().reduce(TableStatistics::plus).orElseThrow());
    }

    /** So that no site leaves the others without room to be counted. */
    private void requireShare(String client, TableStatistics statistics) {
        long most = Long.MAX_VALUE / sites;
        if (statistics.rowCount() > most) {
            throw new DataException(
                    "statistics of %s: expected at most %d rows, found %d"
                            .formatted(client, most, statistics.rowCount()));
        }
    }

    /** Told to the site, which knows its own table and not what others have. */
    private void requireColumns(String client, TableStatistics statistics) {
        known.entrySet().stream()
                .filter(other -> !other.getKey().equals(client))
                .map(Map.Entry::getValue)
                .filter(other -> !other.hasColumnsOf(statistics))
                .findFirst()
                .ifPresent(
                        other -> {
                            throw new DataException(
                                    "this site's table has %s; the run's first site told %s: mend this table or its --data-option, or, if the first was wrong, start the server with --new"
                                            .formatted(statistics.columns(), other.columns()));
                        });
    }

    private void take(String client, TableStatistics statistics, Sum next) {
        known.put(client, statistics);
        soFar = next;
    }

    private void completeIfAll() {
        if (soFar != null && known.size() >= sites) {
            sum.complete(soFar);
        }
    }

    /** Once the sum is there, or will never be. */
    private void answer(CompletableFuture<Optional<String>> request) {
        CompletableFuture<Sum> unused =
                sum.whenComplete(
                        (all, failure) -> {
                            if (failure == null) {
                                request.complete(Optional.of(all.text()));
                            } else {
                                request.completeExceptionally(failure);
                            }
                        });
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
