package dev.tributary.stories.chaos;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientStatus;
import dev.tributary.protocol.RunStatus;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills server and agents while a run goes on: after a random time, or just when something has
 * happened. One thread.
 */
final class Tormentor {
    private static final long MILLIS = 1_000_000;
    private static final double SERVERS_SHARE = 0.3;

    /** All kills are done by then, so that the run does not end before. */
    private static final double LAST_ROUNDS = 0.8;

    private final ChaosFederation federation;
    private final SplittableRandom random;
    private final int kills;
    private final int rounds;
    private final Map<ClientPhase, Integer> agentsKilledIn = new TreeMap<>();
    private Optional<RunStatus> seen = Optional.empty();
    private int done;

    Tormentor(ChaosFederation federation, SplittableRandom random, int kills, int rounds) {
        this.federation = federation;
        this.random = random;
        this.kills = kills;
        this.rounds = rounds;
    }

    /** How many processes were killed. */
    int done() {
        return done;
    }

    /** What agents were doing when they were killed, as far as the server knew. */
    Map<ClientPhase, Integer> agentsKilledIn() {
        return agentsKilledIn;
    }

    /** Returns when the server has ended by itself, or has been killed after the run's end. */
    void untilEnd() throws IOException, InterruptedException {
        while (federation.server().alive()) {
            look();
            if (done < due()) {
                strike();
            } else {
                LockSupport.parkNanos(20 * MILLIS);
            }
        }
    }

    private int due() {
        double share = seen.map(RunStatus::round).orElse(0) / (rounds * LAST_ROUNDS);
        return (int) Math.min(kills, Math.ceil(kills * share));
    }

    private void strike() throws IOException, InterruptedException {
        if (random.nextBoolean()) {
            LockSupport.parkNanos(random.nextInt(600) * MILLIS);
            look();
        } else {
            awaitChange();
            LockSupport.parkNanos(random.nextInt(30) * MILLIS);
        }
        if (!federation.server().alive()) {
            return;
        }
        if (random.nextDouble() < SERVERS_SHARE) {
            killServer();
        } else {
            killAgent(random.nextInt(federation.agents().size()));
        }
    }

    private void killServer() throws IOException, InterruptedException {
        federation.server().kill();
        done++;
        boolean over = federation.storedRuns().stream().anyMatch(run -> run.ended() != null);
        if (!over) {
            federation.server().restart();
        }
    }

    private void killAgent(int index) throws IOException, InterruptedException {
        Mortal agent = federation.agents().get(index);
        if (!agent.alive()) {
            // It knows of the run's end, and has gone.
            return;
        }
        agent.kill();
        done++;
        phases().stream()
                .filter(client -> client.clientId().equals(agent.name()))
                .forEach(client -> agentsKilledIn.merge(client.phase(), 1, Integer::sum));
        agent.restart();
    }

    private void look() {
        Optional<RunStatus> now = federation.status();
        seen = now.isPresent() ? now : seen;
    }

    /** Until the round or what an agent does is another; not for long. */
    private void awaitChange() {
        Optional<RunStatus> before = seen;
        long start = System.nanoTime();
        do {
            LockSupport.parkNanos(2 * MILLIS);
            look();
        } while (same(before) && System.nanoTime() - start < 1000 * MILLIS);
    }

    private boolean same(Optional<RunStatus> before) {
        return before.map(RunStatus::round).equals(seen.map(RunStatus::round))
                && before.map(Tormentor::phases).equals(seen.map(Tormentor::phases));
    }

    private List<ClientStatus> phases() {
        return seen.map(RunStatus::clients).orElse(List.of());
    }

    private static List<ClientPhase> phases(RunStatus status) {
        return status.clients().stream().map(ClientStatus::phase).toList();
    }
}
