package dev.tributary.server.relay;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.round.RoundDesk;
import dev.tributary.wire.UpdateMetadata;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What agents send to a run, on its way to the parent, which decides. Thread-safe.
 *
 * <p>An update's body is checked and whole on this disk before the parent gets it, and stays until
 * the parent has answered.
 */
final class RelayRound implements RoundDesk {
    private final Parent parent;
    private final String runId;
    private final Path spool;

    /**
     * @param spool where updates are
     */
    RelayRound(Parent parent, String runId, Path spool) {
        this.parent = parent;
        this.runId = runId;
        this.spool = spool;
    }

    /** The parent knows, and says so when it gets the update. */
    @Override
    public boolean expects(int round, String clientId) {
        return true;
    }

    @Override
    public CompletableFuture<Optional<UpdateReceipt>> knock(
            int round, String clientId, Content content) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletableFuture<Boolean> accepted(int round, String clientId) {
        return parent.accepted(Paths.update(runId, round, clientId));
    }

    @Override
    public CompletableFuture<UpdateReceipt> offer(SpooledUpdate update) {
        return forward(update);
    }

    /** Sends an update as it is. */
    private CompletableFuture<UpdateReceipt> forward(SpooledUpdate update) {
        UpdateMetadata metadata = update.metadata();
        return parent.upload(
                        Paths.update(runId, metadata.round(), metadata.clientId()),
                        spool.resolve(update.file().name()),
                        update.checksum())
                .thenApply(
                        receipt -> {
                            if (receipt.outcome() == Outcome.ACCEPTED) {
                                // The parent has it on disk.
                                update.discard();
                            }
                            return receipt;
                        });
    }

    /** So that the parent does not wait for the client; what was damaged on the way comes again. */
    @Override
    public CompletableFuture<UpdateReceipt> reject(
            int round, String clientId, UpdateReceipt receipt) {
        ErrorCode code = receipt.code();
        if (code == ErrorCode.MALFORMED_BODY || code == ErrorCode.CHECKSUM_MISMATCH) {
            return CompletableFuture.completedFuture(receipt);
        }
        String reason = "its update is wrong: " + receipt.message();
        ClientProgress failed = new ClientProgress(runId, round, ClientPhase.FAILED, 0, 0, reason);
        return parent.tell(Paths.progress(clientId), failed).handle((told, failure) -> receipt);
    }

    @Override
    public CompletableFuture<UpdateReceipt> report(
            int round, String clientId, EvaluationReport report) {
        return parent.report(Paths.evaluation(runId, round, clientId), report);
    }

    @Override
    public void modelSent(@Nullable String clientId, long bytes) {
        // The parent counts what it sends itself.
    }
}
