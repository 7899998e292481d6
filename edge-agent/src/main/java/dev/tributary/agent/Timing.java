package dev.tributary.agent;

import java.time.Duration;

/** Time as the agent sees it: durations only. Tests move it by hand. */
interface Timing {
    /** A monotonic clock. */
    long nanos();

    /**
     * Waits.
     *
     * @throws InterruptedException if the thread is interrupted before or meanwhile
     */
    void pause(Duration duration) throws InterruptedException;

    /** The machine's. */
    static Timing system() {
        return new Timing() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void pause(Duration duration) throws InterruptedException {
                Thread.sleep(duration.toMillis());
            }
        };
    }
}
