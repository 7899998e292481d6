package dev.tributary.agent.bench;

import java.time.Duration;
import java.util.Collection;
import java.util.OptionalDouble;

/**
 * What rounds cost processes in processor time, where the system tells: programs beside them
 * disturb it far less than they do the time that rounds take.
 */
final class ProcessorTime {
    private final Collection<Long> pids;
    private final int warmup;
    private int firstRound;
    private double firstMillis = Double.NaN;
    private int lastRound;
    private double lastMillis;

    /**
     * @param pids the processes
     * @param warmup rounds that do not count
     */
    ProcessorTime(Collection<Long> pids, int warmup) {
        this.pids = pids;
        this.warmup = warmup;
    }

    /**
     * Looks again.
     *
     * @param rounds how many are over
     */
    void look(int rounds) {
        double now = pids.stream().mapToDouble(ProcessorTime::millis).sum();
        if (rounds >= warmup && now > 0) {
            if (Double.isNaN(firstMillis)) {
                firstRound = rounds;
                firstMillis = now;
            }
            lastRound = rounds;
            lastMillis = now;
        }
    }

    /** User and system time a round, of all processes; empty where nothing is known. */
    OptionalDouble millisPerRound() {
        return lastRound > firstRound
                ? OptionalDouble.of((lastMillis - firstMillis) / (lastRound - firstRound))
                : OptionalDouble.empty();
    }

    /** Zero for one that has ended. */
    private static double millis(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .map(nanos -> nanos / 1e6)
                .orElse(0.0);
    }
}
