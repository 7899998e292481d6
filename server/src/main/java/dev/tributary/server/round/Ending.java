package dev.tributary.server.round;

import dev.tributary.protocol.RunStatus;

/**
 * How a run ends.
 *
 * @param round the newest
 * @param state finished, stopped or failed
 * @param message why
 * @param keepsUpdates whether updates that count are in no model yet, or nobody has it that the run
 *     has ended: then they stay on disk, and whoever goes on with the run comes to the same model
 */
record Ending(int round, RunStatus.State state, String message, boolean keepsUpdates) {}
