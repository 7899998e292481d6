package dev.tributary.server;

import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.config.RunFileException;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.StoredRound;
import dev.tributary.server.database.StoredRun;
import dev.tributary.server.http.NewestModel;
import dev.tributary.server.round.RefusedException;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.server.store.ModelVersions;
import dev.tributary.server.store.RunDirectory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Runs that nobody leads here now, as the database and their files tell. One thread at a time. */
final class StoredRuns {
    private static final int EVENTS_SHOWN = 100;
    private static final int EVENTS_AT_ONCE = 500;
    private static final String UNKNOWN = "unknown";

    private final Database database;
    private final Path directory;
    private final Function<String, Optional<String>> place;

    /** Read once for their checksums: results do not change. */
    private final Map<Path, ModelVersion> results = new HashMap<>();

    /**
     * @param directory of all runs
     * @param place what keeps a run from being led now, where it is to be
     */
    StoredRuns(Database database, Path directory, Function<String, Optional<String>> place) {
        this.database = database;
        this.directory = directory;
        this.place = place;
    }

    /** All runs, oldest first. */
    List<StoredRun> list() {
        return database.runs().list();
    }

    /**
     * One of them.
     *
     * @throws RefusedException if there is none
     */
    StoredRun find(String runId) {
        return database.runs()
                .find(runId)
                .orElseThrow(
                        () ->
                                new RefusedException(
                                        ErrorCode.NOT_FOUND,
                                        "run: expected one of this server, found \"%s\""
                                                .formatted(shown(runId))));
    }

    /** Where it is, without details. */
    RunStatus brief(StoredRun run) {
        String report = run.report();
        return report != null && run.ended() != null
                ? Json.read(report, RunStatus.class)
                : unfinished(run);
    }

    /** Nobody has told where it is, but its rounds tell how far it came. */
    private RunStatus unfinished(StoredRun run) {
        String id = run.asked().runId();
        StoredRound last = database.rounds().last(id).orElse(null);
        return fromConfig(run, last).withHistory(database.metrics().history(id)).brief();
    }

    /** Where it is, with its rounds and its last events. */
    RunStatus status(String runId) {
        StoredRun run = find(runId);
        List<RoundMetrics> history = database.metrics().history(runId);
        long last = database.events().lastSequence(runId);
        List<RunEvent> events = database.events().after(runId, last - EVENTS_SHOWN, EVENTS_SHOWN);
        return brief(run).withDetails(List.of(), history, events);
    }

    /** The events after one that is known. */
    List<RunEvent> events(String runId, long after) {
        find(runId);
        return database.events().after(runId, after, EVENTS_AT_ONCE);
    }

    /**
     * Its result.
     *
     * @throws RefusedException if there is none
     */
    NewestModel result(String runId) throws IOException {
        RunStatus last = brief(find(runId));
        Path path = new RunDirectory(directory.resolve(runId)).model();
        String sha256 = last.modelSha256();
        if (sha256 == null || !Files.isRegularFile(path)) {
            throw new RefusedException(
                    ErrorCode.NOT_FOUND, "run %s has no model here".formatted(runId));
        }
        ModelVersion version = results.get(path);
        if (version == null || version.version() != last.modelVersion()) {
            version = ModelVersions.read(last.modelVersion(), path);
            results.put(path, version);
        }
        return new NewestModel(version, sha256);
    }

    private RunStatus fromConfig(StoredRun run, @Nullable StoredRound last) {
        Optional<RunConfig> config = config(run);
        return new RunStatus(
                run.asked().runId(),
                run.state(),
                place.apply(run.asked().runId()).orElse(run.message()),
                last == null ? 0 : last.start().round(),
                config.map(RunConfig::rounds).orElse(0),
                last == null ? 0 : last.version(),
                config.map(RunConfig::model).map(ModelSpec::name).orElse(UNKNOWN),
                config.map(asked -> asked.data().dataset()).orElse(null),
                0,
                config.map(RunConfig::device).orElse(UNKNOWN),
                0,
                0,
                0,
                0,
                0,
                (@Nullable String) null,
                List.of(),
                List.of(),
                List.of());
    }

    /** Empty if it is none of today's: another version may have written it. */
    private Optional<RunConfig> config(StoredRun run) {
        try {
            return Optional.of(RunFile.parse(run.asked().config(), run.asked().runId(), directory));
        } catch (RunFileException e) {
            return Optional.empty();
        }
    }

    private static String shown(String text) {
        String cut = text.length() <= 64 ? text : text.substring(0, 64) + "...";
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
