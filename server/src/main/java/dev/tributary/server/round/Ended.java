package dev.tributary.server.round;

import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.cohort.Client;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The run is over; whoever asks is told so, and as long as the database has it not, that too. */
final class Ended implements Phase {
    private final Ending ending;
    private final CompletableFuture<@Nullable String> noted;

    /**
     * @param noted done when the ledger has the end, with the SHA-256 of the result in hex, or null
     *     if it could not be saved
     */
    Ended(Ending ending, CompletableFuture<@Nullable String> noted) {
        this.ending = ending;
        this.noted = noted;
    }

    /** The end as it is noted. */
    static Ended of(Ending ending) {
        return new Ended(ending, CompletableFuture.completedFuture(null));
    }

    /** A run that has no result ends so. */
    static Ended note(Run run, Ending ending) {
        CompletableFuture<Void> noted = run.ledger().end(StatusReport.of(run, of(ending)));
        return new Ended(ending, run.watch(noted.thenApply(done -> null)));
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
        return isNoted() || !run.ledger().isStuck()
                ? ending.message()
                : ending.message() + "; the database cannot be written and does not know it yet";
    }

    /** Whether the ledger has the end, or never will: then nobody need wait for it. */
    boolean isNoted() {
        return noted.isDone();
    }

    /** Whether updates stay on disk for whoever goes on with the run. */
    boolean keepsUpdates() {
        return ending.keepsUpdates();
    }

    /** SHA-256 of the result, in hex; null if it could not be saved, or that is not noted. */
    @Nullable String sha256() {
        return Failed.causeOf(noted).isPresent() ? null : noted.getNow(null);
    }
}
