package dev.tributary.server.relay;

import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunLayout;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.relay.Gathering.Held;
import dev.tributary.server.round.RoundDesk;
import dev.tributary.wire.UpdateMetadata;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What agents send to a run, on its way to the parent, which decides. Thread-safe.
 *
 * <p>An update's body is checked and whole on this disk before the parent gets it, and stays until
 * the parent has answered.
 */
final class RelayRound implements RoundDesk {
    private static final Logger LOG = LoggerFactory.getLogger(RelayRound.class);

    private final Parent parent;
    private final String runId;
    private final Path spool;
    private final Spool files;
    private final AtomicInteger sums = new AtomicInteger();
    private final AtomicInteger newest = new AtomicInteger();
    private final UnderWay underWay = new UnderWay();
    private final int worthASum;
    private final @Nullable Gathering gathering;

    /**
     * @param facts of the run
     * @param files where updates are
     * @param spool its directory
     * @param summing adds updates up
     * @param hold how long an update waits for others
     */
    RelayRound(
            Parent parent,
            RunLayout facts,
            Spool files,
            Path spool,
            Summing summing,
            Duration hold) {
        this.parent = parent;
        this.runId = facts.runId();
        this.files = files;
        this.spool = spool;
        this.worthASum = worthASum(facts);
        this.gathering =
                facts.sums()
                        ? new Gathering(hold, (round, held) -> send(facts, summing, round, held))
                        : null;
    }

    /** The fewest updates that are longer than their sum: it is as long as two of float32. */
    private static int worthASum(RunLayout facts) {
        ParameterLayout layout = facts.toLayout();
        long sumBytes = layout.size() * Long.BYTES;
        return (int) (sumBytes / Math.max(1, facts.updatePrecision().bytes(layout))) + 1;
    }

    /** A client begins to train. */
    void asked(int round, String clientId) {
        if (newest.getAndAccumulate(round, Math::max) < round) {
            dropBefore(round - 1);
        }
        if (gathering != null) {
            gathering.asked(round, clientId);
        }
    }

    /** What broke off in rounds that are long over. */
    private void dropBefore(int round) {
        try {
            files.drop(round - 1);
        } catch (IOException e) {
            LOG.warn("updates of rounds before {} were not deleted: {}", round, e.toString());
        }
    }

    /** A client will send no update for now. */
    void gone(String clientId) {
        if (gathering != null) {
            gathering.gone(clientId);
        }
    }

    /** The parent knows, and says so when it gets the update. */
    @Override
    public boolean expects(int round, String clientId) {
        return !underWay.has(round, clientId);
    }

    @Override
    public boolean takesSums() {
        return true;
    }

    @Override
    public CompletableFuture<Optional<UpdateReceipt>> knock(
            int round, String clientId, Content content) {
        return underWay.receipt(round, clientId, content);
    }

    @Override
    public CompletableFuture<Boolean> accepted(int round, String clientId) {
        return parent.accepted(Paths.update(runId, round, clientId));
    }

    @Override
    public CompletableFuture<UpdateReceipt> offer(SpooledUpdate update) {
        return underWay.send(update, gathering == null ? this::forward : gathering::add);
    }

    /** The sum of a relay below this one, as it is. */
    @Override
    public CompletableFuture<UpdateReceipt> offerSum(List<SpooledUpdate> updates) {
        updates.forEach(update -> gone(update.metadata().clientId()));
        SpooledUpdate first = updates.get(0);
        String path = Paths.sums(runId, first.metadata().round());
        Path file = spool.resolve(first.file().name());
        return parent.upload(path, file, first.fileChecksum())
                .thenApply(receipt -> dropped(first, receipt));
    }

    /** Sends what came together, as one sum where that is shorter and the parent takes it. */
    private void send(RunLayout facts, Summing summing, int round, List<Held> held) {
        if (held.size() < worthASum) {
            held.forEach(this::forward);
            return;
        }
        Path file = spool.resolve("sum-%d-%d.tmp".formatted(round, sums.incrementAndGet()));
        CompletableFuture<Void> unused =
                summing.write(facts, round, held, file)
                        .thenCompose(
                                checksum -> parent.upload(Paths.sums(runId, round), file, checksum))
                        .handle(
                                (receipt, failure) -> {
                                    Directories.delete(file);
                                    settle(held, receipt, failure);
                                    return null;
                                });
    }

    /** What the parent does not take together it gets one by one, and says what is wrong. */
    private void settle(
            List<Held> held, @Nullable UpdateReceipt receipt, @Nullable Throwable failure) {
        if (receipt == null || receipt.outcome() != Outcome.ACCEPTED) {
            if (failure != null) {
                LOG.info("a sum could not be sent, its updates go by themselves: {}", "" + failure);
            }
            held.forEach(this::forward);
            return;
        }
        for (Held one : held) {
            one.update().discard();
            one.reply()
                    .complete(
                            new UpdateReceipt(
                                    Outcome.ACCEPTED,
                                    false,
                                    null,
                                    "accepted",
                                    one.update().bytes()));
        }
    }

    private void forward(Held held) {
        CompletableFuture<Boolean> unused =
                forward(held.update())
                        .handle(
                                (receipt, failure) ->
                                        failure == null
                                                ? held.reply().complete(receipt)
                                                : held.reply().completeExceptionally(failure));
    }

    /** Sends an update as it is. */
    private CompletableFuture<UpdateReceipt> forward(SpooledUpdate update) {
        UpdateMetadata metadata = update.metadata();
        return parent.upload(
                        Paths.update(runId, metadata.round(), metadata.clientId()),
                        spool.resolve(update.file().name()),
                        update.checksum())
                .thenApply(receipt -> dropped(update, receipt));
    }

    private static UpdateReceipt dropped(SpooledUpdate update, UpdateReceipt receipt) {
        if (receipt.outcome() == Outcome.ACCEPTED) {
            // The parent has it on disk.
            update.discard();
        }
        return receipt;
    }

    /** So that the parent does not wait for the client; what was damaged on the way comes again. */
    @Override
    public CompletableFuture<UpdateReceipt> reject(
            int round, String clientId, UpdateReceipt receipt) {
        gone(clientId);
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
        if (gathering != null && clientId != null) {
            gathering.begun(clientId);
        }
    }
}
