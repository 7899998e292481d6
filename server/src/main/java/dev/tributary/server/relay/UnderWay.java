package dev.tributary.server.relay;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.wire.UpdateMetadata;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Updates that are whole here and whose receipts have not come yet. An agent that does not wait for
 * so long and comes again joins the first of them: a line so thin that it takes longer carries each
 * update once. Thread-safe.
 */
final class UnderWay {
    private final Map<Sender, Sending> sendings = new ConcurrentHashMap<>();

    private record Sender(int round, String clientId) {}

    private record Sending(Content content, CompletableFuture<UpdateReceipt> reply) {}

    /** Whether an update of the client is on its way. */
    boolean has(int round, String clientId) {
        return sendings.containsKey(new Sender(round, clientId));
    }

    /**
     * The receipt of that very update, if it is on its way; whoever waits for long is asked to come
     * later.
     */
    CompletableFuture<Optional<UpdateReceipt>> receipt(
            int round, String clientId, Content content) {
        Sending sending = sendings.get(new Sender(round, clientId));
        if (sending == null || !sending.content.equals(content)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return Patience.OF_AGENTS.bound(
                sending.reply.thenApply(Optional::of), "the update to the relay's parent");
    }

    /** Sends an update, unless it is on its way already: then this one is a duplicate. */
    CompletableFuture<UpdateReceipt> send(
            SpooledUpdate update, Function<SpooledUpdate, CompletableFuture<UpdateReceipt>> way) {
        UpdateMetadata metadata = update.metadata();
        Sender sender = new Sender(metadata.round(), metadata.clientId());
        Content content = new Content(update.checksum(), update.bytes());
        Sending mine = new Sending(content, new CompletableFuture<>());
        Sending first = sendings.putIfAbsent(sender, mine);
        if (first != null && first.content.equals(content)) {
            return first.reply.thenApply(UnderWay::again);
        }
        // A way that throws fails like one that ends so.
        return CompletableFuture.completedFuture(update)
                .thenCompose(way)
                .whenComplete(
                        (receipt, failure) -> {
                            sendings.remove(sender, mine);
                            if (failure == null) {
                                mine.reply.complete(receipt);
                            } else {
                                mine.reply.completeExceptionally(failure);
                            }
                        });
    }

    private static UpdateReceipt again(UpdateReceipt receipt) {
        return receipt.outcome() == Outcome.ACCEPTED
                ? new UpdateReceipt(
                        Outcome.ACCEPTED,
                        true,
                        ErrorCode.DUPLICATE,
                        receipt.message(),
                        receipt.bytes())
                : receipt;
    }
}
