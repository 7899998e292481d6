package dev.tributary.agent;

import dev.tributary.agent.state.ClientState;
import dev.tributary.cli.ErrorText;
import dev.tributary.cli.Format;
import dev.tributary.cli.Versions;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingException;
import dev.tributary.training.UnfitDataException;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;
import dev.tributary.wire.WireException;

import java.util.Optional;

/**
 * The life of one client: a task, the model, training, the update, its receipt, and again.
 *
 * <p>An update that was trained for the task in an earlier life is sent instead. A round that fails
 * here, or an update that the server does not take, is told and left behind; the loop ends when the
 * server says so, when it is gone for good, or when the only run there is has a model that cannot
 * be built here or that the data does not fit. Where there may be other runs, such a run is
 * declined and left alone.
 */
final class ClientLoop {
    private static final int LONGEST_REASON = 500;

    private final Client client;
    private final Connection connection;
    private final ServerClient server;
    private final WorkbenchPool benches;
    private final ClientState state;
    private final Timing timing;
    private final Tally tally;
    private final UpdateDesk updates;

    ClientLoop(
            Client client,
            String deviceName,
            ServerClient server,
            WorkbenchPool benches,
            ClientState state,
            AgentListener listener,
            Timing timing) {
        this.client = client;
        this.server = server;
        this.benches = benches;
        this.state = state;
        this.timing = timing;
        this.tally = new Tally(client.id(), listener, timing);
        this.connection = new Connection(server, registration(client, deviceName), tally);
        this.updates = new UpdateDesk(connection, state, tally, timing);
    }

    /**
     * Works until the run has ended.
     *
     * @throws AgentException if the client cannot go on
     */
    ClientSummary run() {
        connection.register();
        while (true) {
            Optional<RoundTask> task = connection.nextTask();
            if (task.isPresent()) {
                switch (task.get().kind()) {
                    case TRAIN, EVALUATE -> attempt(task.get());
                    case RUN_ENDED -> forget(task.get());
                    case FINISHED -> {
                        forget(task.get());
                        return tally.summary();
                    }
                }
            }
        }
    }

    private void forget(RoundTask task) {
        state.dropRun(task.runId());
        tally.say(
                "run %s has ended; %d updates counted"
                        .formatted(task.runId(), tally.accepted(task.runId())));
    }

    private static ClientRegistration registration(Client client, String deviceName) {
        return new ClientRegistration(
                client.id(),
                Paths.PROTOCOL_VERSION,
                Versions.tributary(),
                client.data().exampleCount(),
                deviceName,
                client.dataset());
    }

    private void attempt(RoundTask task) {
        try {
            if (task.kind() != RoundTask.Kind.TRAIN || !updates.sendAgain(task)) {
                benches.use(bench -> work(task, bench));
            }
        } catch (UnfitDataException e) {
            decline(
                    task,
                    new UnservedRunException(
                            "model \"%s\" of run %s does not fit the data of client %s: %s"
                                    .formatted(
                                            task.model().name(),
                                            task.runId(),
                                            client.id(),
                                            e.getMessage()),
                            e));
        } catch (TrainingException e) {
            server.progress(
                    new ClientProgress(
                            task.runId(), task.round(), ClientPhase.FAILED, 0, 0, reason(e)));
            tally.failed(tally.inRound(task, e.getMessage() + "; no update is sent"));
        } catch (WireException e) {
            tally.failed(tally.inRound(task, "the model is unusable: " + e.getMessage()));
        } catch (ServerRefusedException e) {
            tally.failed(tally.inRound(task, "" + e.getMessage()));
        } catch (UnservedRunException e) {
            decline(task, e);
        }
    }

    /**
     * Tells the server that nobody need wait for this client, and why.
     *
     * @throws AgentException if that is the only run there will be
     */
    private void decline(RoundTask task, UnservedRunException why) {
        server.progress(ClientProgress.declined(task, reason(why)));
        if (!connection.manyRuns()) {
            throw new AgentException(why.getMessage() + "", why);
        }
        tally.failed("run %s is not served: %s".formatted(task.runId(), why.getMessage()));
    }

    private static String reason(Exception failure) {
        String text = ErrorText.of(failure);
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }

    private void work(RoundTask task, Workbench bench) {
        ParameterLayout layout = prepare(task, bench);
        long start = timing.nanos();
        fetch(task, bench, layout);
        if (task.kind() == RoundTask.Kind.EVALUATE) {
            evaluate(task, bench);
        } else {
            train(task, bench, start);
        }
    }

    private static ParameterLayout prepare(RoundTask task, Workbench bench) {
        try {
            return bench.prepare(task);
        } catch (ModelException | IllegalArgumentException e) {
            throw new UnservedRunException(
                    "model \"%s\" of run %s cannot be built here: %s"
                            .formatted(task.model().name(), task.runId(), e.getMessage()),
                    e);
        }
    }

    /**
     * Fetches the model into the workbench's memory.
     *
     * <p>Where the layouts differ the fetch fails at the first tensor that does, and tells it.
     */
    private void fetch(RoundTask task, Workbench bench, ParameterLayout layout) {
        try {
            connection.asKnown(
                    known ->
                            known.fetchModel(
                                    task.runId(), task.modelVersion(), layout, bench::download));
        } catch (WireException e) {
            if (e.code() == ErrorCode.LAYOUT_MISMATCH) {
                throw new UnservedRunException(
                        "model \"%s\" of run %s is not the one that this client builds: %s"
                                .formatted(task.model().name(), task.runId(), e.getMessage()),
                        e);
            }
            throw e;
        }
        if (!layout.hash().equals(task.layoutHash())) {
            throw new UnservedRunException(
                    "model \"%s\" of run %s: expected layout %s, found %s with the same tensors: their kinds differ"
                            .formatted(
                                    task.model().name(),
                                    task.runId(),
                                    task.layoutHash(),
                                    layout.hash()),
                    null);
        }
    }

    private void train(RoundTask task, Workbench bench, long start) {
        LocalResult result =
                bench.train(client, task, state, new ProgressReporter(server, task, timing));
        bench.deviceUse().ifPresent(use -> tally.say(tally.inRound(task, pace(result) + use)));
        double loss = result.lastLoss();
        TensorBody body =
                bench.update(
                        new UpdateMetadata(
                                task.runId(),
                                task.round(),
                                client.id(),
                                task.modelVersion(),
                                result.exampleCount(),
                                loss),
                        task.plan().updatePrecision());
        updates.send(task, body, result.exampleCount(), loss, start);
    }

    private void evaluate(RoundTask task, Workbench bench) {
        EvaluationReport report =
                bench.evaluate(client, task, state, new ProgressReporter(server, task, timing));
        UpdateReceipt receipt = connection.asKnown(known -> known.putEvaluation(task, report));
        if (tally.taken(receipt, "the evaluation was", task)) {
            tally.evaluationAccepted();
            tally.say(tally.inRound(task, "evaluated, loss " + Format.metric(report.meanLoss())));
        }
    }

    private static String pace(LocalResult result) {
        return "trained %,.0f examples a second; ".formatted(result.examplesPerSecond());
    }
}
