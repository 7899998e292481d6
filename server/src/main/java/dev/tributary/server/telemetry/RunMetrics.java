package dev.tributary.server.telemetry;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundMetrics;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a run has counted, and what its newest round has reached; its server counts along.
 * Thread-safe.
 */
public final class RunMetrics {
    private final ServerMetrics server;
    private final Map<Outcome, LongAdder> updates = new ConcurrentHashMap<>();
    private final LongAdder bytesUp = new LongAdder();
    private final LongAdder bytesDown = new LongAdder();
    private volatile @Nullable RoundMetrics newest;

    /**
     * Nothing is counted yet.
     *
     * @param server counts along
     */
    public RunMetrics(ServerMetrics server) {
        this.server = server;
    }

    /** An update ended; one that was accepted before counts as a duplicate, not as accepted. */
    public void updateEnded(Outcome outcome, @Nullable ErrorCode code) {
        if (code != ErrorCode.DUPLICATE) {
            updates.computeIfAbsent(outcome, first -> new LongAdder()).increment();
        }
        server.updateEnded(outcome, code);
    }

    /** How many updates ended so; duplicates are not accepted again. */
    public long updates(Outcome outcome) {
        LongAdder ended = updates.get(outcome);
        return ended == null ? 0 : ended.sum();
    }

    /** A round published its model. */
    public void roundCompleted(double seconds) {
        server.roundCompleted(seconds);
    }

    /** A round failed. */
    public void roundFailed() {
        server.roundFailed();
    }

    /** Rounds that another process has led; no work of this server. */
    public void recovered(List<RoundMetrics> history) {
        history.forEach(
                round -> {
                    bytesUp.add(round.bytesUp());
                    bytesDown.add(round.bytesDown());
                });
    }

    /** A round is over, its evaluation included. */
    public void measured(RoundMetrics round) {
        newest = round;
    }

    /** The newest round that is over; empty before the first. */
    public Optional<RoundMetrics> newest() {
        return Optional.ofNullable(newest);
    }

    /** Body bytes of an update arrived. */
    public void received(long bytes) {
        bytesUp.add(bytes);
        server.received(bytes);
    }

    /** Body bytes of a model left. */
    public void sent(long bytes) {
        bytesDown.add(bytes);
        server.sent(bytes);
    }

    /** Body bytes of updates that have arrived, of recovered rounds too. */
    public long bytesUp() {
        return bytesUp.sum();
    }

    /** Body bytes of models that have left, of recovered rounds too. */
    public long bytesDown() {
        return bytesDown.sum();
    }
}
