package dev.tributary.server.round;

import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.cohort.Client;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Optional;

/** The run is over; whoever asks is told so. */
final class Ended implements Phase {
    private final Ending ending;
    private final @Nullable String sha256;

    Ended(Ending ending, @Nullable String sha256) {
        this.ending = ending;
        this.sha256 = sha256;
    }

    @Override
    public Phase advance(Run run) {
        return this;
    }

    @Override
    public Phase stop(Run run, String reason) {
        return this;
    }

    @Override
    public int round() {
        return ending.round();
    }

    @Override
    public Optional<RoundTask> taskFor(String client, Run run) {
        RoundTask.Kind farewell = run.plan().farewell();
        boolean told = run.clients().find(client).map(Client::toldToFinish).orElse(false);
        return told && farewell == RoundTask.Kind.RUN_ENDED
                ? Optional.empty()
                : Optional.of(Phase.task(farewell, client, run, round(), run.now()));
    }

    @Override
    public Collection<String> audience(Run run) {
        return run.clients().all().stream().map(Client::id).toList();
    }

    @Override
    public RunStatus.State state() {
        return ending.state();
    }

    @Override
    public String message(Run run) {
        return ending.message();
    }

    /** Whether updates stay on disk for whoever goes on with the run. */
    boolean keepsUpdates() {
        return ending.keepsUpdates();
    }

    /** SHA-256 of the result, in hex; null if it could not be saved. */
    @Nullable String sha256() {
        return sha256;
    }
}
