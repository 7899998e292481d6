package dev.tributary.server;

import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.Paths;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.database.Agent;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.database.RoundStart;
import dev.tributary.server.database.StoredRound;
import dev.tributary.server.database.StoredRun;
import dev.tributary.server.round.Recovery;
import dev.tributary.server.store.ReceiptLog;
import dev.tributary.strategy.RoundSchedule;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an earlier server has left of a run: in the database, in the log of receipts, in the spool.
 *
 * @param run as the database has it
 * @param log what counts in a round that is open
 * @param setup what the run file stands for
 */
record Remains(Database database, StoredRun run, Spool spool, ReceiptLog log, RunSetup setup) {

    /**
     * Gathers it; spool and log then hold nothing else.
     *
     * @param wanted which of the clients that have been heard of may serve the run
     */
    Recovery gather(Predicate<Agent> wanted) throws IOException {
        StoredRound last = database.rounds().last(id()).orElse(null);
        List<Receipt> receipts = receipts(last);
        List<Receipt> earlier = earlier(last);
        List<SpooledUpdate> updates = List.of();
        Set<String> files = new HashSet<>();
        if (last != null && last.open()) {
            receipts.forEach(receipt -> files.add(receipt.spoolFile()));
            updates = new Rereading(id(), setup, spool, receipts).updates();
        } else {
            log.clear();
        }
        // Of an asynchronous run, updates that count may be named by rounds that are over.
        if (last != null && !(setup.strategy().schedule() instanceof RoundSchedule.Buffered)) {
            spool.drop(last.open() ? last.start().round() - 1 : last.start().round());
        }
        spool.retain(files);
        return new Recovery(
                clients(wanted, involved(last, receipts, earlier)),
                database.metrics().history(id()),
                database.events().lastSequence(id()),
                last,
                receipts,
                updates,
                earlier);
    }

    private String id() {
        return run.asked().runId();
    }

    /** Of the newest round: in the log while it is open, in the database once it has closed. */
    private List<Receipt> receipts(@Nullable StoredRound last) {
        if (last == null) {
            return List.of();
        }
        RoundStart start = last.start();
        return last.open()
                ? log.found(start.round(), start.attempt())
                : database.receipts().accepted(id(), start.round());
    }

    private List<Receipt> earlier(@Nullable StoredRound last) {
        if (last == null) {
            return List.of();
        }
        int open = last.open() ? last.start().round() : last.start().round() + 1;
        return database.receipts().before(id(), open);
    }

    /** Who has had to do with the run: were it forgotten, what it sent might count twice. */
    private static Set<String> involved(
            @Nullable StoredRound last, List<Receipt> receipts, List<Receipt> earlier) {
        Set<String> clients = new HashSet<>();
        if (last != null) {
            clients.addAll(last.start().cohort());
        }
        receipts.forEach(receipt -> clients.add(receipt.clientId()));
        earlier.forEach(receipt -> clients.add(receipt.clientId()));
        return clients;
    }

    /** These, and who has been heard of since the run began, as far as a clock can tell. */
    private List<ClientRegistration> clients(Predicate<Agent> wanted, Set<String> involved) {
        return database.agents().list().stream()
                .filter(
                        agent ->
                                involved.contains(agent.agent().clientId())
                                        || !agent.lastSeen().isBefore(run.created()))
                .filter(agent -> wanted.test(agent.agent()))
                .map(stored -> registration(stored.agent()))
                .toList();
    }

    private static ClientRegistration registration(Agent agent) {
        return new ClientRegistration(
                agent.clientId(),
                Paths.PROTOCOL_VERSION,
                agent.agentVersion(),
                agent.exampleCount(),
                agent.device(),
                agent.dataset());
    }
}
