package dev.tributary.server.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.round.InterleavingTest.Schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What should hold of a run, however far it has come and whatever happened to it: the laws of
 * {@link InterleavingTest}, with what they have to remember.
 */
final class RunContract {
    private final Schedule schedule;
    private final FakeLedger ledger;

    /** Told to be accepted, in the attempt that is open. */
    private final Set<String> told = new HashSet<>();

    /** Who was folded into a version that clients have heard of. */
    private final Map<Integer, Set<String>> models = new HashMap<>();

    /** What counts in published rounds, by client and the round that it names. */
    private final Set<String> counted = new HashSet<>();

    private int published;
    private int attempt;

    RunContract(Schedule schedule, FakeLedger ledger) {
        this.schedule = schedule;
        this.ledger = ledger;
    }

    /** A client was told that its update counts in the round. */
    void told(String client, int round) {
        told.add(client + "@" + round);
    }

    /** To be called whenever something has happened. */
    void check(RunMachine machine, FakeModel model) {
        assertSameModel(machine, model);
        if (ledger.last == null) {
            return;
        }
        int round = ledger.last.start().round();
        if (ledger.last.open()) {
            int now = ledger.last.start().attempt();
            if (now != attempt) {
                told.clear();
            }
            attempt = now;
            return;
        }
        if (round == published) {
            return;
        }
        assertThat(round).as("rounds in order").isEqualTo(published + 1);
        published = round;
        attempt = 0;
        Set<String> counts = new HashSet<>();
        counting().forEach(client -> counts.add(client + "@" + round));
        assertThat(counts).as("told in round %d", round).containsAll(ofRound(round));
        assertThat(counts.size()).isBetween(schedule.fewest(), schedule.most());
        for (Receipt receipt : ledger.receipts()) {
            int named = Spool.roundOf(receipt.spoolFile());
            assertThat(counted.add(receipt.clientId() + "@" + named))
                    .as("counts once: %s", receipt)
                    .isTrue();
        }
        assertThat(ledger.metrics)
                .hasEntrySatisfying(
                        round, line -> assertThat(line.accepted()).isEqualTo(counts.size()));
        assertFolded(model, round);
        told.clear();
    }

    /** The model moves once all that counts is folded, each update once. */
    private void assertFolded(FakeModel model, int round) {
        if (publication(model, round) >= 0) {
            assertThat(folded(model, round)).containsExactlyInAnyOrderElementsOf(counting());
        }
    }

    private List<String> counting() {
        return ledger.receipts().stream().map(Receipt::clientId).toList();
    }

    /** Clients train what they have heard of. */
    private void assertSameModel(RunMachine machine, FakeModel model) {
        int version = machine.status().modelVersion();
        if (publication(model, version) >= 0) {
            Set<String> made = new TreeSet<>(folded(model, version));
            Set<String> before = models.putIfAbsent(version, made);
            assertThat(before == null ? made : before)
                    .as("folded into version %d", version)
                    .isEqualTo(made);
        }
    }

    /** Where among the orders; negative if it was published by a server that was killed. */
    private static int publication(FakeModel model, int round) {
        return model.orders.lastIndexOf("publish " + round);
    }

    private static List<String> folded(FakeModel model, int round) {
        List<String> folded = new ArrayList<>();
        for (String order : model.orders.subList(0, publication(model, round))) {
            if (order.startsWith("fold ")) {
                folded.add(order.substring(5));
            } else if (order.equals("reset") || order.equals("publish " + (round - 1))) {
                folded.clear();
            }
        }
        return folded;
    }

    private List<String> ofRound(int round) {
        return told.stream().filter(who -> who.endsWith("@" + round)).toList();
    }

    /** An asynchronous run leaves no buffer that would have made a step. */
    void checkStopped() {
        if (schedule.buffered() && ledger.last != null && ledger.last.open()) {
            assertThat(ofRound(ledger.last.start().round())).hasSizeLessThan(schedule.fewest());
        }
    }
}
