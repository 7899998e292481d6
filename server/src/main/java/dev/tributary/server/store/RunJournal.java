package dev.tributary.server.store;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;

/** Keeps what happens in a run. */
public interface RunJournal {

    /** A round is over; called once for each round, in order, by the coordinator. */
    void append(RoundMetrics metrics);

    /** Something happened; called in order, by the coordinator. */
    void append(RunEvent event);

    /**
     * The run is over and its model is saved; called once, on the aggregation thread.
     *
     * @param last everything about the run
     * @param modelSha256 SHA-256 of the model file, in hex
     */
    void finish(RunStatus last, String modelSha256);
}
