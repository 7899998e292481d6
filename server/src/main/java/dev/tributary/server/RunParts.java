package dev.tributary.server;

import dev.tributary.objective.UpdateCheck;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.parameters.SafetensorsHeader;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunLayout;
import dev.tributary.server.aggregation.AggregationService;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.database.RoundEnd;
import dev.tributary.server.database.Rounds;
import dev.tributary.server.database.StoredRound;
import dev.tributary.server.http.Services;
import dev.tributary.server.round.Coordinator;
import dev.tributary.server.round.Recovery;
import dev.tributary.server.round.RoundClock;
import dev.tributary.server.round.RunPlan;
import dev.tributary.server.store.FileJournal;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.server.store.ModelVersions;
import dev.tributary.server.store.Provenance;
import dev.tributary.server.store.Retention;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.server.store.RunJournal;
import dev.tributary.server.store.RunLedger;
import dev.tributary.server.telemetry.RunMetrics;
import dev.tributary.strategy.RoundSchedule.Buffered;
import dev.tributary.strategy.Weighting;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the parts of a {@link LedRun}. Whoever has one made closes it.
 *
 * @param directory the run's files
 * @param alone whether the server ends with this run
 */
record RunParts(RunDirectory directory, RunSetup setup, ServerOptions options, boolean alone) {

    /**
     * The versions of the model, the newest being where the run was.
     *
     * @param rounds what the database has of the run
     * @throws IllegalStateException if that is not what the database says
     */
    ModelVersions versions(Recovery recovery, Rounds rounds) throws IOException {
        ModelVersions versions = new ModelVersions(directory.versions(), retention());
        versions.reload(recovery.version());
        requireStands(recovery, versions, rounds);
        return versions;
    }

    /** Clients of an asynchronous run fetch versions that are not the newest any more. */
    private Retention retention() {
        return setup.strategy().schedule() instanceof Buffered
                ? options.retention().withNewest(Buffered.VERSIONS_KEPT)
                : options.retention();
    }

    /** The model that the database says is the newest must be what is on disk. */
    private void requireStands(Recovery recovery, ModelVersions versions, Rounds rounds) {
        if (recovery.last() == null) {
            return;
        }
        int version = recovery.version();
        ModelVersion found =
                versions.at(version)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "expected model version %d on disk, found none"
                                                        .formatted(version)));
        // No round has made the initial model.
        RoundEnd end = rounds.find(directory.id(), version).map(StoredRound::end).orElse(null);
        if (end != null && !end.modelChecksum().equals(found.entity())) {
            throw new IllegalStateException(
                    "%s: expected content %s, found %s"
                            .formatted(found.path(), end.modelChecksum(), found.entity()));
        }
    }

    AggregationService aggregation(ModelVersions versions, Spool spool) {
        ServedModel model = setup.model();
        return new AggregationService(
                new AggregationService.Settings(
                        setup.device().device(),
                        model,
                        setup.strategy(),
                        versions,
                        spool,
                        directory,
                        ModelMetadata.of(setup.config(), model.spec(), model.layout().model()),
                        options.maximumWaiting()));
    }

    FileJournal journal(RunMetrics metrics, Recovery recovery) throws IOException {
        ServedModel model = setup.model();
        return new FileJournal(
                directory,
                new Provenance(
                        directory.id(),
                        setup.config(),
                        model.spec(),
                        model.layout().model(),
                        setup.device().name(),
                        setup.device().reason(),
                        setup.initial().map(Path::toString).orElse("seed"),
                        model::dataFacts,
                        metrics::updates),
                recovered(recovery));
    }

    /** The rounds that are recorded; the newest is recorded again. */
    private static List<RoundMetrics> recovered(Recovery recovery) {
        int open = recovery.last() == null ? 0 : recovery.last().start().round();
        return recovery.history().stream().filter(round -> round.round() < open).toList();
    }

    Coordinator coordinator(
            AggregationService aggregation,
            RunJournal journal,
            RunLedger ledger,
            RunMetrics metrics,
            Recovery recovery) {
        RunPlan plan =
                new RunPlan(
                        directory.id(),
                        setup.config(),
                        setup.model().spec(),
                        setup.model().layout(),
                        setup.model().classifier(),
                        setup.strategy(),
                        setup.device().name(),
                        options.poll(),
                        alone ? RoundTask.Kind.FINISHED : RoundTask.Kind.RUN_ENDED);
        return new Coordinator(
                plan,
                RoundClock.system(),
                options.silence(),
                aggregation,
                journal,
                ledger,
                metrics,
                recovery);
    }

    /** What requests about the run work with. */
    Services services(
            AggregationService aggregation,
            Coordinator coordinator,
            ModelVersions versions,
            Spool spool) {
        ParameterLayout layout = setup.model().layout();
        UpdateCheck check = setup.updateCheck();
        Precision precision = setup.config().training().updatePrecision();
        long honest = precision.bytes(layout) + SafetensorsHeader.MAX_HEADER_BYTES;
        long maximum = options.maximumUpdateBytes().orElse(honest);
        return new Services(
                directory.id(),
                RunLayout.of(
                        directory.id(),
                        layout,
                        precision,
                        setup.strategy().weighting() == Weighting.BY_EXAMPLES,
                        aggregation.addsUp() && check == UpdateCheck.NONE,
                        maximum),
                layout,
                check,
                maximum,
                coordinator,
                versions,
                spool,
                options.idle());
    }
}
