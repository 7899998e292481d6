package dev.tributary.agent;

import dev.tributary.cli.Format;
import dev.tributary.cli.Versions;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.training.EvaluationResult;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingException;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;
import dev.tributary.wire.WireException;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The life of one client: a task, the model, training, the update, its receipt, and again.
 *
 * <p>A round that fails here, or an update that the server does not take, is told and left behind;
 * the loop ends when the run does, when the server is gone for good, or when the model is not the
 * one that the server means.
 */
final class ClientLoop {
    private static final RetryPolicy AFTER_FAILURE =
            new RetryPolicy(Duration.ZERO, Duration.ofMillis(100), Duration.ofSeconds(5));

    private final Client client;
    private final String deviceName;
    private final ServerClient server;
    private final WorkbenchPool benches;
    private final AgentListener listener;
    private final Timing timing;
    private int accepted;
    private int notAccepted;
    private int evaluations;
    private int failuresInARow;

    ClientLoop(
            Client client,
            String deviceName,
            ServerClient server,
            WorkbenchPool benches,
            AgentListener listener,
            Timing timing) {
        this.client = client;
        this.deviceName = deviceName;
        this.server = server;
        this.benches = benches;
        this.listener = listener;
        this.timing = timing;
    }

    /**
     * Works until the run has ended.
     *
     * @throws AgentException if the client cannot go on
     */
    ClientSummary run() {
        register();
        while (true) {
            Optional<RoundTask> task = nextTask();
            if (task.isPresent()) {
                if (task.get().kind() == RoundTask.Kind.FINISHED) {
                    say(
                            "run %s has ended; %d updates counted"
                                    .formatted(task.get().runId(), accepted));
                    return new ClientSummary(client.id(), accepted, notAccepted, evaluations);
                }
                attempt(task.get());
            }
        }
    }

    private void register() {
        server.register(
                new ClientRegistration(
                        client.id(),
                        Paths.PROTOCOL_VERSION,
                        Versions.tributary(),
                        client.data().exampleCount(),
                        deviceName));
    }

    private Optional<RoundTask> nextTask() {
        try {
            return server.waitForTask();
        } catch (ServerRefusedException e) {
            if (e.code() != ErrorCode.UNKNOWN_CLIENT) {
                throw e;
            }
            say("the server does not know this client any more; registering again");
            register();
            return Optional.empty();
        }
    }

    private void attempt(RoundTask task) {
        try {
            benches.use(bench -> work(task, bench));
        } catch (TrainingException e) {
            server.progress(
                    new ClientProgress(task.runId(), task.round(), ClientPhase.FAILED, 0, 0));
            failed(inRound(task, e.getMessage() + "; no update is sent"));
        } catch (WireException e) {
            failed(inRound(task, "the model is unusable: " + e.getMessage()));
        } catch (ServerRefusedException e) {
            failed(inRound(task, "" + e.getMessage()));
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
            server.fetchModel(task.runId(), task.modelVersion(), layout, bench::download);
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
        UpdateReceipt receipt = server.putUpdate(task, body);
        if (!taken(receipt, "the update was", task)) {
            return;
        }
        accepted++;
        say(
                "round %d: loss %s on %d examples, %s up, %s"
                        .formatted(
                                task.round(),
                                Format.metric(loss),
                                result.exampleCount(),
                                Format.bytes(body.bytes()),
                                Format.duration((timing.nanos() - start) / 1e9)));
    }

    private void evaluate(RoundTask task, Workbench bench) {
        EvaluationResult result = bench.evaluate(client);
        UpdateReceipt receipt =
                server.putEvaluation(
                        task,
                        new EvaluationReport(
                                result.exampleCount(), result.lossSum(), result.correctCount()));
        if (!taken(receipt, "the evaluation was", task)) {
            return;
        }
        evaluations++;
        say(inRound(task, "evaluated, loss " + Format.metric(result.meanLoss())));
    }

    private static double lastLoss(LocalResult result) {
        int epochs = result.epochLosses().size();
        return epochs == 0 ? 0 : result.epochLosses().get(epochs - 1);
    }

    private boolean taken(UpdateReceipt receipt, String what, RoundTask task) {
        switch (receipt.outcome()) {
            case ACCEPTED -> failuresInARow = 0;
            case DISCARDED -> {
                failuresInARow = 0;
                notAccepted++;
                say(inRound(task, what + " discarded: " + receipt.message()));
            }
            case REJECTED ->
                    failed(
                            inRound(
                                    task,
                                    "%s rejected (%s): %s"
                                            .formatted(
                                                    what,
                                                    String.valueOf(receipt.code()),
                                                    receipt.message())));
        }
        return receipt.outcome() == Outcome.ACCEPTED;
    }

    private static String inRound(RoundTask task, String what) {
        return "round " + task.round() + ": " + what;
    }

    /** The server may offer the same task at once again; a pause keeps both from spinning. */
    private void failed(String line) {
        notAccepted++;
        failuresInARow++;
        say(line);
        try {
            timing.pause(
                    AFTER_FAILURE.delay(
                            failuresInARow, () -> ThreadLocalRandom.current().nextDouble()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentStoppedException();
        }
    }

    private void say(String line) {
        listener.line(client.id(), line);
    }
}
