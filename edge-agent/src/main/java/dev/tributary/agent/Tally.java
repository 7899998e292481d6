package dev.tributary.agent;

import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** What became of a client's work: counted, told, and spaced out where it fails. One thread. */
final class Tally {
    private static final RetryPolicy AFTER_FAILURE =
            new RetryPolicy(Duration.ZERO, Duration.ofMillis(100), Duration.ofSeconds(5));

    private final String clientId;
    private final AgentListener listener;
    private final Timing timing;
    private final DoubleSupplier random;
    private final Map<String, Integer> acceptedByRun = new HashMap<>();
    private int accepted;
    private int notAccepted;
    private int evaluations;
    private int failuresInARow;
    private String lastRun = "";

    Tally(String clientId, AgentListener listener, Timing timing) {
        this.clientId = clientId;
        this.listener = listener;
        this.timing = timing;
        this.random = RetryPolicy.jitter(clientId);
    }

    /** An update counts. */
    void updateAccepted(String runId) {
        accepted++;
        acceptedByRun.merge(runId, 1, Integer::sum);
    }

    /** An evaluation counts. */
    void evaluationAccepted() {
        evaluations++;
    }

    /** Updates that counted in a run, which is over. */
    int accepted(String runId) {
        Integer count = acceptedByRun.remove(runId);
        return count == null ? 0 : count;
    }

    ClientSummary summary() {
        return new ClientSummary(clientId, accepted, notAccepted, evaluations);
    }

    /**
     * Tells what is not accepted.
     *
     * @param what "the update was" or "the evaluation was"
     * @return whether it is
     */
    boolean taken(UpdateReceipt receipt, String what, RoundTask task) {
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

    /** A task came to nothing. */
    void failed(String line) {
        notAccepted++;
        say(line);
        pause();
    }

    /** The server may offer the same at once again; a pause keeps both from spinning. */
    void pause() {
        failuresInARow++;
        try {
            timing.pause(AFTER_FAILURE.delay(failuresInARow, random));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentStoppedException();
        }
    }

    void say(String line) {
        listener.line(clientId, line);
    }

    /** What happened in a round; with its run wherever that is another than before. */
    String inRound(RoundTask task, String what) {
        boolean another = !lastRun.isEmpty() && !lastRun.equals(task.runId());
        lastRun = task.runId();
        return (another ? "run " + lastRun + ", " : "") + "round " + task.round() + ": " + what;
    }
}
