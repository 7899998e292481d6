package dev.tributary.server.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import dev.tributary.protocol.Json;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.util.List;

/**
 * Metrics and events as lines of JSON, each flushed; provenance and chart at the end.
 *
 * <p>Lines are appended by one thread; {@link #finish} and {@link #close} may be called by others,
 * afterwards.
 */
public final class FileJournal implements RunJournal, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);

    /** Of another name, since a process with a display has no need of these on its console. */
    private static final Logger EVENTS = LoggerFactory.getLogger(RunEvent.class);

    private final RunDirectory directory;
    private final Provenance provenance;
    private final Writer metrics;
    private final Writer events;

    /**
     * @param provenance what is known at the start
     * @param rounds what was recorded before, by a server that was killed
     * @throws IOException if the files cannot be opened
     */
    public FileJournal(RunDirectory directory, Provenance provenance, List<RoundMetrics> rounds)
            throws IOException {
        this.directory = directory;
        this.provenance = provenance;
        this.metrics = Files.newBufferedWriter(directory.metrics(), UTF_8);
        rounds.forEach(this::append);
        this.events = Files.newBufferedWriter(directory.events(), UTF_8, CREATE, APPEND);
    }

    @Override
    public void append(RoundMetrics round) {
        writeLine(metrics, round);
    }

    @Override
    public void append(RunEvent event) {
        writeLine(events, event);
        String run = directory.id();
        switch (event.level()) {
            case INFO -> EVENTS.info("run {}: {}", run, event.message());
            case WARNING -> EVENTS.warn("run {}: {}", run, event.message());
            case ERROR -> EVENTS.error("run {}: {}", run, event.message());
        }
    }

    @Override
    public void finish(RunStatus last, String modelSha256) {
        try {
            Files.writeString(directory.provenance(), provenance.complete(last, modelSha256));
            RunChart.write(directory, last);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (metrics;
                events) {
            metrics.flush();
        } catch (IOException e) {
            tell(e);
        }
    }

    private static void writeLine(Writer out, Record line) {
        try {
            out.write(Json.write(line));
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            tell(e);
        }
    }

    /** The run is worth more than its log. */
    private static void tell(IOException failure) {
        LOG.error("a line of the run's journal was not written: {}", failure.toString());
    }
}
