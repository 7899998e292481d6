package dev.tributary.server;

import dev.tributary.config.RunConfig;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientStatus;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.store.RunJournal;
import dev.tributary.simulation.SimulationListener;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A simulation as displays see a run. Thread-safe.
 *
 * <p>While it goes on, the clients that it shows are those of the round; at the end all.
 */
final class SimulatedProgress implements SimulationListener {
    private static final int EVENTS_SHOWN = 100;
    private static final double NANOS = 1e9;

    private final String runId;
    private final RunConfig config;
    private final ParameterLayout layout;
    private final String device;
    private final SortedMap<String, Long> population;
    private final List<RoundMetrics> history = new ArrayList<>();
    private final SortedMap<String, ClientStatus> cohort = new TreeMap<>();
    private final Deque<RunEvent> events = new ArrayDeque<>();
    private @Nullable RunJournal journal;
    private RunStatus.State state = RunStatus.State.WAITING;
    private String message = "";
    private int round;
    private int accepted;
    private long eventCount;
    private long startNanos = System.nanoTime();
    private double endSeconds = -1;
    private @Nullable String sha256;

    SimulatedProgress(
            String runId,
            RunConfig config,
            ParameterLayout layout,
            String device,
            SortedMap<String, Long> population) {
        this.runId = runId;
        this.config = config;
        this.layout = layout;
        this.device = device;
        this.population = population;
    }

    /** Rounds and events are kept there, too. */
    synchronized void tell(RunJournal newJournal) {
        journal = newJournal;
    }

    synchronized void starts() {
        state = RunStatus.State.RUNNING;
        startNanos = System.nanoTime();
    }

    synchronized RunStatus ends(RunStatus.State outcome, String why, String modelSha256) {
        endSeconds = elapsed();
        state = outcome;
        message = why;
        sha256 = modelSha256;
        event(outcome == RunStatus.State.FAILED ? RunEvent.Level.ERROR : RunEvent.Level.INFO, why);
        return status();
    }

    @Override
    public synchronized void roundBegins(int newRound, List<String> clients) {
        round = newRound;
        accepted = 0;
        cohort.clear();
        clients.forEach(client -> put(client, ClientPhase.WAITING, 0, 0));
    }

    @Override
    public synchronized void trains(String client, double fraction, double loss) {
        put(client, ClientPhase.TRAINING, fraction, loss);
    }

    @Override
    public synchronized void trained(String client, double loss) {
        accepted++;
        put(client, ClientPhase.DONE, 1, loss);
    }

    @Override
    public synchronized void failed(int inRound, String client, String cause) {
        put(client, ClientPhase.FAILED, 0, 0);
        event(
                RunEvent.Level.WARNING,
                "round %d: no update of %s: %s".formatted(inRound, client, cause));
    }

    @Override
    public synchronized void roundEnded(RoundMetrics metrics) {
        history.add(metrics);
        if (journal != null) {
            journal.append(metrics);
        }
    }

    /** How many updates ended so. */
    synchronized long updates(Outcome outcome) {
        return switch (outcome) {
            case ACCEPTED -> history.stream().mapToLong(RoundMetrics::accepted).sum();
            case REJECTED -> history.stream().mapToLong(RoundMetrics::rejected).sum();
            case DISCARDED -> history.stream().mapToLong(RoundMetrics::discarded).sum();
        };
    }

    synchronized RunStatus status() {
        return new RunStatus(
                runId,
                state,
                message,
                round,
                config.rounds(),
                history.stream().mapToInt(RoundMetrics::round).max().orElse(0),
                config.model().name(),
                config.data().dataset(),
                layout.size(ParameterKind.TRAINABLE),
                device,
                cohort.size(),
                accepted,
                endSeconds < 0 ? elapsed() : endSeconds,
                history.stream().mapToLong(RoundMetrics::bytesUp).sum(),
                history.stream().mapToLong(RoundMetrics::bytesDown).sum(),
                sha256,
                endSeconds < 0 ? List.copyOf(cohort.values()) : everybody(),
                List.copyOf(history),
                List.copyOf(events));
    }

    private List<ClientStatus> everybody() {
        List<ClientStatus> clients = new ArrayList<>();
        population.forEach(
                (client, examples) ->
                        clients.add(
                                new ClientStatus(
                                        client, ClientPhase.WAITING, 0, 0, examples, 0, 0)));
        return clients;
    }

    private void put(String client, ClientPhase phase, double fraction, double loss) {
        long examples = population.getOrDefault(client, 0L);
        cohort.put(client, new ClientStatus(client, phase, fraction, loss, examples, 0, 0));
    }

    private void event(RunEvent.Level level, String text) {
        RunEvent event = new RunEvent(++eventCount, elapsed(), level, text);
        if (events.size() == EVENTS_SHOWN) {
            events.removeFirst();
        }
        events.addLast(event);
        if (journal != null) {
            journal.append(event);
        }
    }

    private double elapsed() {
        return state == RunStatus.State.WAITING ? 0 : (System.nanoTime() - startNanos) / NANOS;
    }
}
