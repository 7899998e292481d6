package dev.tributary.server.round;

import dev.tributary.config.DataConfig;
import dev.tributary.config.InvalidSettingException;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Before the first round: waits for clients, while the initial model is evaluated. */
final class Waiting implements Phase {
    private final @Nullable CompletableFuture<EvaluationResult> initial;
    private final long startNanos;

    private Waiting(@Nullable CompletableFuture<EvaluationResult> initial, long startNanos) {
        this.initial = initial;
        this.startNanos = startNanos;
    }

    static Waiting start(Run run) {
        if (run.plan().config().simulation().isPresent()) {
            run.event(
                    Level.INFO,
                    "the run file's section simulation is for tributary simulate and has no"
                            + " effect");
        }
        tellOfFewShares(run);
        boolean central = run.plan().config().evaluation().central();
        return new Waiting(central ? run.watch(run.model().evaluate()) : null, run.now());
    }

    @Override
    public Phase advance(Run run) {
        if (initial != null && !initial.isDone()) {
            return this;
        }
        Optional<String> failure = Failed.causeOf(initial);
        if (failure.isPresent()) {
            String message = "the initial model cannot be evaluated: " + failure.get();
            return Finishing.start(run, 0, RunStatus.State.FAILED, message);
        }
        int needed = run.cohort().waitFor();
        if (run.clients().size() < needed || run.clients().eligible(run.now()).size() < needed) {
            return this;
        }
        if (initial != null) {
            RoundMetrics measured = metrics(run, initial.join());
            run.record(measured);
            run.stop().recall(measured.accuracy(), measured.loss());
        }
        tellOfFewClients(run);
        run.time().firstRoundBegins();
        CompletableFuture<Void> unused = run.ledger().state(RunStatus.State.RUNNING, "");
        return Selecting.first(run, 1);
    }

    @Override
    public int round() {
        return 0;
    }

    @Override
    public RunStatus.State state() {
        return RunStatus.State.WAITING;
    }

    @Override
    public String message(Run run) {
        return "waiting for clients%s: %d of %d have registered"
                .formatted(whose(run), run.clients().size(), run.cohort().waitFor());
    }

    /** Where there may be other runs, not every client serves this one. */
    private static String whose(Run run) {
        DataConfig data = run.plan().config().data();
        boolean any = run.plan().farewell() == RoundTask.Kind.FINISHED || !data.isPresent();
        return any ? "" : " with data set " + data.dataset();
    }

    /**
     * Clients with data of their own may be more than the shares that a known data set is cut into.
     */
    private static void tellOfFewShares(Run run) {
        DataConfig data = run.plan().config().data();
        try {
            if (data.isPresent()) {
                run.cohort().requireClients(data.partition().clients());
            }
        } catch (InvalidSettingException e) {
            run.event(
                    Level.WARNING,
                    e.getMessage() + "; waiting for clients that have data of their own");
        }
    }

    /** A run file that cuts no data does not say how many clients there can be. */
    private static void tellOfFewClients(Run run) {
        int clients = run.clients().size();
        if (run.buffered()
                && !run.plan().config().data().isPresent()
                && run.roundSize() > clients) {
            run.event(
                    Level.WARNING,
                    "strategy.options.buffer: expected at most %d, the clients that have registered,"
                                    .formatted(clients)
                            + " found %d; until there are more, each step is made when all have had"
                                    .formatted(run.roundSize())
                            + " their turn");
        }
    }

    private RoundMetrics metrics(Run run, EvaluationResult result) {
        boolean classifier = run.plan().classifier();
        Measures measures = new Measures(result, null, classifier, run.secondsSince(startNanos));
        return new RoundMetrics(
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        null,
                        measures.accuracy(),
                        measures.loss(),
                        null,
                        null,
                        0,
                        0,
                        0,
                        measures.seconds())
                .withMeasures(measures.more(), Map.of());
    }
}
