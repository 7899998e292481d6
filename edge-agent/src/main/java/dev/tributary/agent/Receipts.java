package dev.tributary.agent;

import dev.tributary.agent.http.HttpReply;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.UpdateReceipt;

import java.io.IOException;

/** What a server's answers to updates and evaluations mean. */
final class Receipts {
    private static final int UNAVAILABLE_FROM = 502;
    private static final int UNAVAILABLE_TO = 504;

    private final Replies replies;

    Receipts(Replies replies) {
        this.replies = replies;
    }

    /** Tells a server that is away for a while from one that does not know the question. */
    void requireUp(HttpReply reply) throws IOException {
        if (reply.status() >= UNAVAILABLE_FROM && reply.status() <= UNAVAILABLE_TO) {
            replies.checked(reply);
        }
    }

    /**
     * The receipt; also where the answer is an error that speaks of the update.
     *
     * @throws ServerRefusedException if it speaks of something else
     */
    UpdateReceipt receipt(HttpReply reply) throws IOException {
        try {
            return replies.parsed(replies.checked(reply), UpdateReceipt.class);
        } catch (ServerRefusedException e) {
            return switch (e.code()) {
                case WRONG_ROUND,
                        NOT_SELECTED,
                        LAYOUT_MISMATCH,
                        MALFORMED_BODY,
                        CHECKSUM_MISMATCH,
                        NOT_FINITE,
                        OUT_OF_RANGE,
                        BAD_WEIGHT,
                        TOO_LARGE,
                        OFFSET_MISMATCH,
                        CONFLICTING_UPDATE ->
                        refused(Outcome.REJECTED, e);
                case LATE -> refused(Outcome.DISCARDED, e);
                case BAD_REQUEST,
                        PROTOCOL_VERSION,
                        FORBIDDEN,
                        NOT_FOUND,
                        METHOD_NOT_ALLOWED,
                        UNKNOWN_CLIENT,
                        REPLACED,
                        DUPLICATE,
                        INVALID_RUN,
                        WRONG_STATE,
                        INTERNAL,
                        STOPPING,
                        BUSY,
                        STORAGE_FULL ->
                        throw e;
            };
        }
    }

    private static UpdateReceipt refused(Outcome outcome, ServerRefusedException e) {
        return new UpdateReceipt(outcome, false, e.code(), String.valueOf(e.getMessage()), 0);
    }
}
