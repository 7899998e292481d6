package dev.tributary.agent.state;

import dev.tributary.protocol.RoundTask;
import dev.tributary.wire.TensorBody;

/**
 * What is written down about an update that was trained.
 *
 * @param task what it answers, all of it: same round of the same run, but another plan or seed, is
 *     another task; its deadline is 0, since it counts from when the server tells it
 * @param bytes the body's length
 * @param checksum the body's CRC-32C, in hex
 * @param exampleCount local training examples
 * @param loss of the last local epoch
 */
public record UpdateRecord(
        RoundTask task, long bytes, String checksum, long exampleCount, double loss) {

    /** Describes a body. */
    public static UpdateRecord of(RoundTask task, TensorBody body, long exampleCount, double loss) {
        return new UpdateRecord(timeless(task), body.bytes(), body.checksum(), exampleCount, loss);
    }

    /** Whether a task asks for this update. */
    boolean answers(RoundTask asked) {
        return task.equals(timeless(asked));
    }

    private static RoundTask timeless(RoundTask task) {
        return new RoundTask(
                task.kind(),
                task.runId(),
                task.round(),
                task.modelVersion(),
                task.countedRound(),
                task.model(),
                task.layoutHash(),
                task.plan(),
                task.objective(),
                task.seed(),
                0);
    }
}
