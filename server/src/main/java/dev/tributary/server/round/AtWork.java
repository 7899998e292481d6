package dev.tributary.server.round;

import dev.tributary.strategy.RoundSchedule.Buffered;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who works on which version of the model in an asynchronous run, from step to step of the model.
 * Belongs to the coordinator's thread.
 *
 * <p>It is forgotten when the server ends: after a restart, a client that this process has not told
 * of any work may have been told by the one before, of a version that there was then.
 */
final class AtWork {
    private static final int NO_VERSION = -1;

    private record Assignment(int version, long deadlineNanos) {
        boolean delivered() {
            return deadlineNanos == RoundClock.NEVER;
        }
    }

    private final SortedMap<String, Assignment> assignments = new TreeMap<>();
    private final Set<String> told = new HashSet<>();
    private int newestBefore = NO_VERSION;

    /** The server was started again, and the one before had this version as its newest. */
    void recovered(int version) {
        newestBefore = version;
    }

    /** Whether an earlier process may have asked the client to train a version. */
    boolean mayHaveBegun(String client, int version) {
        return version <= newestBefore && !told.contains(client);
    }

    /** The client is to train a version. */
    void begin(String client, int version, long deadlineNanos) {
        assignments.put(client, new Assignment(version, deadlineNanos));
    }

    /** The client hears of its work. */
    void tell(String client) {
        told.add(client);
    }

    /** Nobody waits for its update any more, unless it is here. */
    void giveUp(String client) {
        if (!hasDelivered(client)) {
            end(client);
        }
    }

    /** It is decided whether its update counts. */
    void end(String client) {
        assignments.remove(client);
    }

    /** Which version it trains; empty if it is idle. */
    OptionalInt version(String client) {
        Assignment assignment = assignments.get(client);
        return assignment == null ? OptionalInt.empty() : OptionalInt.of(assignment.version);
    }

    /** Until when its update is waited for; only of one that is at work. */
    long deadlineNanos(String client) {
        Assignment assignment = assignments.get(client);
        return assignment == null ? RoundClock.NEVER : assignment.deadlineNanos;
    }

    /** Whether this process has told it of any work, now or before. */
    boolean hasTold(String client) {
        return told.contains(client);
    }

    /** All that are at work, by id. */
    List<String> clients() {
        return List.copyOf(assignments.keySet());
    }

    int size() {
        return assignments.size();
    }

    /** Those whose time is over. */
    List<String> expired(long nowNanos) {
        return assignments.entrySet().stream()
                .filter(entry -> entry.getValue().deadlineNanos <= nowNanos)
                .map(entry -> entry.getKey())
                .toList();
    }

    /** All that have not delivered have until then. */
    void extend(long deadlineNanos) {
        assignments.replaceAll(
                (client, work) ->
                        work.delivered() ? work : new Assignment(work.version, deadlineNanos));
    }

    /** Its update is here, and not decided on: nobody waits for the client. */
    void deliver(String client) {
        waitAgain(client, RoundClock.NEVER);
    }

    /** Its update, if it had delivered any, is to come once more. */
    void waitAgain(String client, long deadlineNanos) {
        assignments.computeIfPresent(
                client, (id, work) -> new Assignment(work.version, deadlineNanos));
    }

    /** How many updates are here, and not decided on. */
    int delivered() {
        return (int) assignments.values().stream().filter(Assignment::delivered).count();
    }

    /** Whether its update is here; it has nothing to train then. */
    boolean hasDelivered(String client) {
        Assignment assignment = assignments.get(client);
        return assignment != null && assignment.delivered();
    }

    /** When the time of the first of them is over. */
    long wakeNanos() {
        return assignments.values().stream()
                .mapToLong(Assignment::deadlineNanos)
                .min()
                .orElse(RoundClock.NEVER);
    }

    /** The oldest version that somebody trains, no newer than that one. */
    int oldestVersion(int newest) {
        return assignments.values().stream()
                .mapToInt(Assignment::version)
                .reduce(newest, Math::min);
    }

    /** Whether clients can still fetch a version. */
    static boolean isKept(int version, int newest) {
        return version > newest - Buffered.VERSIONS_KEPT;
    }
}
