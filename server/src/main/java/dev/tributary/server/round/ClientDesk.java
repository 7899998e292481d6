package dev.tributary.server.round;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.RunEvent.Level;
import dev.tributary.server.cohort.Client;
import dev.tributary.server.database.Agent;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What clients tell of themselves: that they come, go, and how far they are. Belongs to the
 * coordinator's thread.
 */
final class ClientDesk {
    private final Run run;

    ClientDesk(Run run) {
        this.run = run;
    }

    void register(Phase phase, ClientRegistration registration) {
        boolean known = run.clients().find(registration.clientId()).isPresent();
        if (!known && run.clients().full()) {
            throw new RefusedException(
                    ErrorCode.BUSY,
                    "%d clients have registered, and no more are taken"
                            .formatted(run.clients().size()));
        }
        Client client = run.clients().register(registration, run.now());
        if (client.phase() == ClientPhase.DECLINED) {
            client.enter(ClientPhase.WAITING);
        }
        phase.comeBack(registration.clientId());
        run.ledger()
                .seen(
                        new Agent(
                                registration.clientId(),
                                registration.exampleCount(),
                                registration.device(),
                                registration.agentVersion(),
                                registration.dataset()));
        run.event(
                Level.INFO,
                "client %s registered%s: %d examples, %s"
                        .formatted(
                                registration.clientId(),
                                known ? " again" : "",
                                registration.exampleCount(),
                                registration.device()));
    }

    /**
     * The client goes, as it says; harmless to repeat.
     *
     * @return whether it had been there
     */
    boolean leave(Phase phase, String clientId) {
        Optional<Client> client = run.clients().find(clientId);
        if (client.isEmpty() || client.get().phase() == ClientPhase.DROPPED) {
            return false;
        }
        if (!(phase instanceof Ended)) {
            phase.leave(clientId);
            run.atWork().giveUp(clientId);
            run.event(Level.WARNING, "client " + clientId + " has left");
        }
        if (client.get().phase() != ClientPhase.DECLINED) {
            client.get().enter(ClientPhase.DROPPED);
        }
        return true;
    }

    void progress(Phase phase, String clientId, ClientProgress progress) {
        Client client = heard(clientId);
        boolean works =
                !(phase instanceof Ended)
                        && progress.runId().equals(run.plan().runId())
                        && worksIn(phase, progress.round(), clientId);
        boolean gone = progress.phase() == ClientPhase.DECLINED;
        if (works && (gone || progress.phase() == ClientPhase.FAILED)) {
            phase.decline(clientId);
            run.atWork().giveUp(clientId);
            client.enter(progress.phase());
            String what = gone ? "does not serve this run" : "cannot do its task and sits it out";
            String why = progress.reason() == null ? "" : ": " + progress.reason();
            String told = "client %s %s%s".formatted(clientId, what, why);
            if (gone) {
                run.quorum().declined(told);
            }
            run.event(Level.WARNING, "round %d: %s".formatted(progress.round(), told));
        } else if (works) {
            client.progress(progress.phase(), progress.fraction(), progress.loss());
        }
    }

    /** Work on an old version goes on whatever the phase, and however far the model has moved. */
    private boolean worksIn(Phase phase, int round, String clientId) {
        if (run.buffered()) {
            OptionalInt version = run.atWork().version(clientId);
            return version.isPresent() && version.getAsInt() + 1 == round;
        }
        return phase.taskFor(clientId, run).filter(task -> task.round() == round).isPresent();
    }

    /** An unknown client is not refused here. */
    void hear(String clientId) {
        run.clients().find(clientId).ifPresent(client -> client.heard(run.now()));
    }

    /**
     * The client, which is there.
     *
     * @throws RefusedException if it has not registered
     */
    Client heard(String clientId) {
        Client client =
                run.clients()
                        .find(clientId)
                        .orElseThrow(
                                () ->
                                        new RefusedException(
                                                ErrorCode.UNKNOWN_CLIENT,
                                                "client " + clientId + " is not registered"));
        client.heard(run.now());
        return client;
    }
}
