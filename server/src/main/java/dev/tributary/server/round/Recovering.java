package dev.tributary.server.round;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.database.StoredRound;

/**
 * Puts a run where it was when its server was killed.
 *
 * <ul>
 *   <li>No round yet: waits for clients; those that had registered are known.
 *   <li>A round is open: collects, with the same cohort; what was accepted is folded again. The
 *       deadline begins anew, since clocks do not outlive a process, and so do its attempts.
 *   <li>The last round is closed: evaluates it (again, maybe) and goes on.
 * </ul>
 */
final class Recovering {
    private Recovering() {}

    static Phase phase(Run run, Recovery recovery) {
        recovery.clients().forEach(client -> run.clients().register(client, run.now()));
        StoredRound last = recovery.last();
        if (last == null) {
            return Waiting.start(run);
        }
        run.recovered(recovery);
        if (run.buffered()) {
            // Who works on an old version may send again what counted long ago.
            recovery.earlier().forEach(receipt -> remember(run, receipt));
            run.atWork().recovered(run.modelVersion());
        }
        Round round = round(run, recovery, last);
        if (!last.open()) {
            run.event(Level.INFO, "goes on after round " + round.number());
            return Evaluating.after(run, round);
        }
        run.quorum().recovered(round);
        if (recovery.updates().size() < recovery.receipts().size()) {
            return retry(run, recovery, round);
        }
        run.event(
                Level.INFO,
                "goes on in round %d with %d of %d updates"
                        .formatted(round.number(), round.accepted(), round.target()));
        recovery.updates().forEach(run.model()::foldAgain);
        return run.buffered() ? Buffering.resume(run, round) : Collecting.resume(run, round);
    }

    private static Phase retry(Run run, Recovery recovery, Round round) {
        recovery.updates().forEach(SpooledUpdate::release);
        int missing = recovery.receipts().size() - recovery.updates().size();
        return Failed.of(
                run,
                round,
                "%d accepted updates are not in the spool any more, or are damaged"
                        .formatted(missing));
    }

    private static void remember(Run run, Receipt receipt) {
        run.clients()
                .find(receipt.clientId())
                .ifPresent(
                        client -> {
                            client.acceptedIn(
                                    taskRound(run, receipt), receipt.checksum(), receipt.bytes());
                            client.enter(ClientPhase.DONE);
                        });
    }

    /** The round that an update names, which is not the one that it counts in if it was stale. */
    private static int taskRound(Run run, Receipt receipt) {
        return run.buffered() ? Spool.roundOf(receipt.spoolFile()) : receipt.round();
    }

    private static Round round(Run run, Recovery recovery, StoredRound last) {
        Round round =
                new Round(last.start().round(), last.start().attempt(), last.start().cohort(), run);
        for (Receipt receipt : recovery.receipts()) {
            round.accept(receipt, Double.NaN);
            remember(run, receipt);
        }
        if (!last.open()) {
            recovery.history().stream()
                    .filter(metrics -> metrics.round() == round.number())
                    .findFirst()
                    .ifPresent(metrics -> round.figures().restore(metrics));
        }
        return round;
    }
}
