package dev.tributary.agent;

import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.RoundTask;

import java.util.Optional;
import java.util.function.Function;

/**
 * A client's server, which may start anew and know nobody, or answer nonsense for a moment. One
 * thread.
 */
final class Connection {
    /** So many refusals in a row are no accident on the way. */
    private static final int MOST_REFUSALS = 5;

    private final ServerClient server;
    private final ClientRegistration registration;
    private final Tally tally;
    private int refusals;
    private boolean manyRuns;

    Connection(ServerClient server, ClientRegistration registration, Tally tally) {
        this.server = server;
        this.registration = registration;
        this.tally = tally;
    }

    /** Before anything else. */
    void register() {
        manyRuns = server.register(registration).manyRuns();
    }

    /** Whether the server goes on when a run has ended, or is not served. */
    boolean manyRuns() {
        return manyRuns;
    }

    /**
     * Asks for something to do.
     *
     * @throws ReplacedException if another agent uses this client's id
     * @throws ServerRefusedException if the server refuses time and again, or by a certificate
     */
    Optional<RoundTask> nextTask() {
        try {
            Optional<RoundTask> task = asKnown(ServerClient::waitForTask);
            refusals = 0;
            return task;
        } catch (ServerRefusedException e) {
            if (e.code() == ErrorCode.REPLACED) {
                throw new ReplacedException(e);
            }
            if (e.code() == ErrorCode.FORBIDDEN || ++refusals >= MOST_REFUSALS) {
                throw e;
            }
            tally.say(e.getMessage() + "; asking again");
            tally.pause();
            return Optional.empty();
        }
    }

    /** Sends a request; once more if the server has forgotten who sends it. */
    <T> T asKnown(Function<ServerClient, T> request) {
        try {
            return request.apply(server);
        } catch (ServerRefusedException e) {
            if (e.code() != ErrorCode.UNKNOWN_CLIENT) {
                throw e;
            }
            tally.say("the server does not know this client any more; registering again");
            register();
            return request.apply(server);
        }
    }
}
