package dev.tributary.server.round;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.UpdateReceipt;

import org.jspecify.annotations.Nullable;

import java.util.OptionalInt;

/**
 * Counts how updates end, and knows what that means for their senders. Belongs to the coordinator's
 * thread.
 */
final class Tally {
    private final Run run;

    Tally(Run run) {
        this.run = run;
    }

    /** An update has ended, as its receipt tells its sender. */
    void count(Phase phase, int named, String client, UpdateReceipt receipt) {
        run.metrics().updateEnded(receipt.outcome(), receipt.code());
        run.metrics().received(receipt.bytes());
        run.clients().find(client).ifPresent(sender -> sender.received(receipt.bytes()));
        phase.current()
                .filter(current -> run.buffered() || current.number() == named)
                .ifPresent(current -> count(current, named, client, receipt));
    }

    private void count(Round round, int named, String client, UpdateReceipt receipt) {
        switch (receipt.outcome()) {
            case ACCEPTED -> {
                // The round counted it when it took it; a duplicate counts once.
            }
            case REJECTED -> {
                round.figures().reject();
                if (!isDamaged(receipt.code())) {
                    decline(round, named, client);
                }
            }
            case DISCARDED -> round.figures().discard();
        }
    }

    /** What was damaged on the way is sent again. */
    private static boolean isDamaged(@Nullable ErrorCode code) {
        return code == ErrorCode.MALFORMED_BODY || code == ErrorCode.CHECKSUM_MISMATCH;
    }

    /**
     * Whoever sent a wrong update may send a better one, but is not asked for it: it would do the
     * same again.
     *
     * <p>In an asynchronous run it works on the version that it names, or goes on with another.
     * With that one it has come to nothing; it is asked again as soon as there is a newer one.
     */
    private void decline(Round round, int named, String client) {
        if (!run.buffered()) {
            round.decline(client);
            return;
        }
        OptionalInt version = run.atWork().version(client);
        if (version.isEmpty() || version.getAsInt() + 1 != named) {
            return;
        }
        if (version.getAsInt() == run.modelVersion()) {
            round.decline(client);
        }
        run.atWork().giveUp(client);
    }
}
