package dev.tributary.agent;

import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.UpdateReceipt;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * One update on its way to the server, over as many requests as it takes. One thread; one upload.
 *
 * <p>After a failure the server is asked how much it holds, and gets the rest; before the first
 * request only if the body is large enough for that to pay. A server that cannot tell gets all.
 */
final class UpdateUpload {
    private static final Set<ErrorCode> SPOILED_ON_THE_WAY =
            Set.of(ErrorCode.CHECKSUM_MISMATCH, ErrorCode.MALFORMED_BODY);

    private final HttpCall put;
    private final long bytes;
    private final String checksum;
    private boolean ask;
    private int mismatches;
    private long furthest;

    /**
     * @param put sends all of it
     * @param checksum of all of it
     */
    UpdateUpload(HttpCall put, String checksum) {
        this.put = put.with(Paths.CHECKSUM_HEADER, checksum);
        this.bytes = put.bodyBytes();
        this.checksum = checksum;
        this.ask = bytes >= HttpTransport.LARGE_BODY_BYTES;
    }

    /**
     * Sends what the server does not hold.
     *
     * @param replies types what is no success
     * @param progress hears when the server holds more than ever before
     * @throws IOException if another attempt may succeed
     */
    UpdateReceipt attempt(HttpTransport transport, Receipts replies, Runnable progress)
            throws IOException {
        long offset = 0;
        if (ask) {
            HttpReply held = transport.send(question(), null);
            replies.requireUp(held);
            if (isAccepted(held)) {
                return accepted(held);
            }
            offset = offset(held);
        }
        if (offset > furthest) {
            furthest = offset;
            progress.run();
        }
        ask = true;
        return checked(replies.receipt(transport.send(rest(offset), null)));
    }

    private HttpCall question() {
        return HttpCall.head(put.path(), put.patience()).with(Paths.CHECKSUM_HEADER, checksum);
    }

    private HttpCall rest(long offset) {
        return offset == 0
                ? put
                : put.from(offset)
                        .with(
                                "Content-Range",
                                "bytes %d-%d/%d".formatted(offset, bytes - 1, bytes));
    }

    private UpdateReceipt checked(UpdateReceipt receipt) throws IOException {
        ErrorCode code = receipt.code();
        if (code != null && SPOILED_ON_THE_WAY.contains(code)) {
            // What the server holds is of no use: all of it, without asking.
            ask = false;
            throw new IOException("the server got it spoiled: " + receipt.message());
        }
        if (code == ErrorCode.OFFSET_MISMATCH) {
            // It may be reading yet what broke off; but what it holds may also be another's body.
            mismatches++;
            ask = mismatches < 2;
            throw new IOException("the server needs other bytes: " + receipt.message());
        }
        return receipt;
    }

    private static boolean isAccepted(HttpReply held) {
        return held.ok() && held.header(Paths.ACCEPTED_HEADER).equals(Optional.of("true"));
    }

    private UpdateReceipt accepted(HttpReply held) {
        String theirs = held.header(Paths.CHECKSUM_HEADER).orElse(checksum);
        if (!theirs.equals(checksum)) {
            return new UpdateReceipt(
                    Outcome.REJECTED,
                    false,
                    ErrorCode.CONFLICTING_UPDATE,
                    "expected the update with CRC-32C %s, found %s accepted already"
                            .formatted(checksum, theirs),
                    0);
        }
        return new UpdateReceipt(Outcome.ACCEPTED, true, null, "accepted before", bytes);
    }

    /** Where to go on; 0 where the server does not say, or says what cannot be. */
    private long offset(HttpReply held) {
        String text = held.header(Paths.UPDATE_OFFSET_HEADER).orElse("");
        long offset = held.ok() && text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
        return offset < bytes ? offset : 0;
    }
}
