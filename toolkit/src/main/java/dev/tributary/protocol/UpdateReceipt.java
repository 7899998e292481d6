package dev.tributary.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The server's answer to an update or an evaluation.
 *
 * @param outcome how it ended
 * @param duplicate true if the same update was accepted before; it counts once
 * @param code why it was not accepted, or {@link ErrorCode#DUPLICATE}; null if it was accepted
 * @param message one sentence for the log
 * @param bytes the body's length as received
 */
public record UpdateReceipt(
        Outcome outcome, boolean duplicate, @Nullable ErrorCode code, String message, long bytes) {}
