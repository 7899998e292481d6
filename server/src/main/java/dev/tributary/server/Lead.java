package dev.tributary.server;

import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.config.RunFileException;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.NewRun;
import dev.tributary.server.database.StoredRun;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.server.store.RunLock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The run that a server leads: a new one, or the unfinished one of that name.
 *
 * @param directory its files
 * @param lock shows other servers that it is led
 * @param stored as the database has it
 * @param resumed whether it goes on
 */
record Lead(RunDirectory directory, RunLock lock, StoredRun stored, boolean resumed) {
    /**
     * Finds or makes the run.
     *
     * @throws IllegalArgumentException if the unfinished run of that name was another one
     */
    static Lead take(Database database, Path runs, RunConfig config, boolean beginAnew)
            throws IOException {
        String text = RunFile.write(config);
        for (StoredRun unfinished : database.runs().unfinished()) {
            boolean candidate = unfinished.asked().name().equals(config.name());
            Optional<Lead> lead = candidate ? takeUp(runs, unfinished) : Optional.empty();
            if (lead.isEmpty()) {
                continue;
            }
            if (!beginAnew) {
                requireSame(unfinished, text, lead.get().lock());
                return lead.get();
            }
            String why = "given up for a new run";
            database.runs().changeState(unfinished.asked().runId(), RunStatus.State.STOPPED, why);
            lead.get().lock().close();
        }
        return create(database, runs, config, RunStatus.State.WAITING);
    }

    /**
     * Notes a run that somebody will lead later.
     *
     * @return its id
     */
    static String submit(Database database, Path runs, RunConfig config) throws IOException {
        Lead lead = create(database, runs, config, RunStatus.State.QUEUED);
        lead.lock().close();
        return lead.id();
    }

    /** Takes up a run that has not ended; empty if its files are not here or others lead it. */
    static Optional<Lead> takeUp(Path runs, StoredRun stored) throws IOException {
        RunDirectory directory = new RunDirectory(runs.resolve(stored.asked().runId()));
        if (!Files.isDirectory(directory.spool()) || !Files.isDirectory(directory.versions())) {
            return Optional.empty();
        }
        return RunLock.tryTake(directory).map(lock -> new Lead(directory, lock, stored, true));
    }

    /**
     * Its files come first. Another server on the same database, with files elsewhere, may have
     * taken their name: it then stays taken here until another one is found.
     */
    private static Lead create(
            Database database, Path runs, RunConfig config, RunStatus.State state)
            throws IOException {
        String text = RunFile.write(config);
        RunDirectory directory = RunDirectory.create(runs, config.name(), text);
        NewRun run = new NewRun(directory.id(), config.name(), text, config.seed());
        RunLock lock = RunLock.tryTake(directory).orElseThrow();
        try {
            if (database.runs().create(run, state)) {
                StoredRun stored = database.runs().find(run.runId()).orElseThrow();
                return new Lead(directory, lock, stored, false);
            }
        } catch (RuntimeException e) {
            try (lock) {
                throw e;
            }
        }
        try (lock) {
            return create(database, runs, config, state);
        } finally {
            directory.delete();
        }
    }

    private static void requireSame(StoredRun unfinished, String text, RunLock lock)
            throws IOException {
        List<String> before = today(unfinished).lines().toList();
        List<String> now = text.lines().toList();
        if (before.equals(now)) {
            return;
        }
        lock.close();
        List<String> gone = new ArrayList<>(before);
        gone.removeAll(now);
        List<String> added = new ArrayList<>(now);
        added.removeAll(before);
        throw new IllegalArgumentException(
                ("run %s is not finished and was started with another run file: expected %s,"
                                + " found %s; start it with its own file to go on, or give the new"
                                + " run another name, or give up the old one with --new")
                        .formatted(unfinished.asked().runId(), shown(gone), shown(added)));
    }

    /** The run's file as this version writes it: an older one knew fewer settings. */
    private static String today(StoredRun run) {
        String text = run.asked().config();
        try {
            // All paths in it are absolute.
            return RunFile.write(RunFile.parse(text, run.asked().runId(), Path.of("")));
        } catch (RunFileException e) {
            return text;
        }
    }

    private static String shown(List<String> lines) {
        List<String> texts = lines.stream().map(String::strip).toList();
        return texts.isEmpty() ? "nothing more" : "\"" + String.join("\", \"", texts) + "\"";
    }

    String id() {
        return directory.id();
    }
}
