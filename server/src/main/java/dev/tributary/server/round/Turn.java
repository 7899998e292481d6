package dev.tributary.server.round;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.RunEvent.Level;

import java.util.List;
import java.util.SortedMap;

/**
 * Who has the turn in a cyclic round: one client after the other, until one delivers. Belongs to
 * the coordinator's thread.
 *
 * <p>A client that is passed over is not asked again in the attempt, and what it sends is late.
 */
final class Turn {
    private final Round round;
    private String holder;

    Turn(Round round) {
        this.round = round;
        this.holder = round.asked().isEmpty() ? "" : lastAsked();
    }

    /** Of a round that was open when the server was killed: who was asked before has had it. */
    void resume() {
        round.asked().stream().filter(id -> !id.equals(holder)).forEach(round::decline);
    }

    private String lastAsked() {
        return round.asked().get(round.asked().size() - 1);
    }

    /**
     * Whoever has the turn loses it to the next.
     *
     * @param why it is passed over
     * @return whether there is one
     */
    boolean passes(Run run, String why) {
        SortedMap<String, Long> others = run.clients().eligible(run.now());
        others.keySet().removeAll(round.selected());
        if (others.isEmpty()) {
            return false;
        }
        if (round.awaits(holder)) {
            Phase.giveUp(run, List.of(holder));
        }
        // Also one that has left: it may come back too late.
        round.comeBack(holder);
        round.decline(holder);
        RunPlan plan = run.plan();
        String next =
                plan.sampler()
                        .sample(run.histories().of(others), 1, plan.streams(), round.number())
                        .get(0);
        run.event(
                Level.WARNING,
                "round %d: client %s is passed over: %s; %s has the turn"
                        .formatted(round.number(), holder, why, next));
        round.ask(next, run);
        run.clients().find(next).ifPresent(client -> client.enter(ClientPhase.WAITING));
        holder = next;
        return true;
    }
}
