package dev.tributary.agent;

import static dev.tributary.agent.Tally.inRound;

import dev.tributary.agent.state.ClientState;
import dev.tributary.cli.Format;
import dev.tributary.cli.Versions;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.training.EvaluationResult;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingException;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;
import dev.tributary.wire.WireException;

import java.util.Optional;

/**
 * The life of one client: a task, the model, training, the update, its receipt, and again.
 *
 * <p>An update that was trained for the task in an earlier life is sent instead. A round that fails
 * here, or an update that the server does not take, is told and left behind; the loop ends when the
 * run does, when the server is gone for good, or when the model is not the one that the server
 * means.
 */
final class ClientLoop {
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
                if (task.get().kind() == RoundTask.Kind.FINISHED) {
                    state.dropRun(task.get().runId());
                    tally.say(
                            "run %s has ended; %d updates counted"
                                    .formatted(task.get().runId(), tally.accepted()));
                    return tally.summary();
                }
                attempt(task.get());
            }
        }
    }

    private static ClientRegistration registration(Client client, String deviceName) {
        return new ClientRegistration(
                client.id(),
                Paths.PROTOCOL_VERSION,
                Versions.tributary(),
                client.data().exampleCount(),
                deviceName);
    }

    private void attempt(RoundTask task) {
        try {
            if (task.kind() != RoundTask.Kind.TRAIN || !updates.sendAgain(task)) {
                benches.use(bench -> work(task, bench));
            }
        } catch (TrainingException e) {
            server.progress(
                    new ClientProgress(task.runId(), task.round(), ClientPhase.FAILED, 0, 0));
            tally.failed(inRound(task, e.getMessage() + "; no update is sent"));
        } catch (WireException e) {
            tally.failed(inRound(task, "the model is unusable: " + e.getMessage()));
        } catch (ServerRefusedException e) {
            tally.failed(inRound(task, "" + e.getMessage()));
        }
    }

    private void work(RoundTask task, Workbench bench) {
        ParameterLayout layout = bench.prepare(task.model());
        long start = timing.nanos();
        fetch(task, bench, layout);
        if (task.kind() == RoundTask.Kind.EVALUATE) {
            evaluate(task, bench);
        } else {
            train(task, bench, start);
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
                throw new AgentException(
                        "model \"%s\" of run %s is not the one that this client builds: %s"
                                .formatted(task.model().name(), task.runId(), e.getMessage()),
                        e);
            }
            throw e;
        }
        if (!layout.hash().equals(task.layoutHash())) {
            throw new AgentException(
                    "model \"%s\" of run %s: expected layout %s, found %s with the same tensors: their kinds differ"
                            .formatted(
                                    task.model().name(),
                                    task.runId(),
                                    task.layoutHash(),
                                    layout.hash()));
        }
    }

    private void train(RoundTask task, Workbench bench, long start) {
        LocalResult result = bench.train(client, task, new ProgressReporter(server, task, timing));
        double loss = lastLoss(result);
        TensorBody body =
                bench.update(
                        new UpdateMetadata(
                                task.runId(),
                                task.round(),
                                client.id(),
                                task.modelVersion(),
                                result.exampleCount(),
                                loss));
        updates.send(task, body, result.exampleCount(), loss, start);
    }

    private void evaluate(RoundTask task, Workbench bench) {
        EvaluationResult result = bench.evaluate(client);
        EvaluationReport report =
                new EvaluationReport(
                        result.exampleCount(), result.lossSum(), result.correctCount());
        UpdateReceipt receipt = connection.asKnown(known -> known.putEvaluation(task, report));
        if (tally.taken(receipt, "the evaluation was", task)) {
            tally.evaluationAccepted();
            tally.say(inRound(task, "evaluated, loss " + Format.metric(result.meanLoss())));
        }
    }

    private static double lastLoss(LocalResult result) {
        int epochs = result.epochLosses().size();
        return epochs == 0 ? 0 : result.epochLosses().get(epochs - 1);
    }
}
