package dev.tributary.server.http;

import dev.tributary.files.DurableFiles;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpoolFile;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.aggregation.SumReceiver;
import dev.tributary.server.round.RefusedException;
import dev.tributary.strategy.Weighting;
import dev.tributary.wire.SumBody;
import dev.tributary.wire.WireException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** {@link dev.tributary.protocol.Paths#SUMS}: several updates at once, from a relay. */
record SumResource(Services services) implements Resource {
    static final Set<String> METHODS = Set.of("PUT");

    /** In the names of files, where others have a client; no client can be called so. */
    private static final String NO_CLIENT = "_";

    @Override
    public Set<String> methods() {
        return METHODS;
    }

    @Override
    public void handle(Exchange exchange) {
        int round = exchange.number("round");
        Upload upload = Upload.of(exchange);
        if (!services.facts().sums()) {
            throw new RefusedException(
                    ErrorCode.WRONG_STATE, "this run needs each update, not their sum");
        }
        long most = SumBody.maximumBytes(services.layout());
        long announced = upload.content().bytes();
        if (upload.from() != 0 || announced < 0 || announced > most) {
            throw new RefusedException(
                    ErrorCode.TOO_LARGE,
                    "body: expected a whole sum of at most %d bytes, found %d from byte %d"
                            .formatted(most, announced, upload.from()));
        }
        if (!services.rounds().takesSums()) {
            throw new RefusedException(ErrorCode.BUSY, "receipts cannot be written now");
        }
        try {
            // Without a length: it does not go on where it broke off.
            Content content = new Content(upload.content().checksum(), -1);
            SpoolFile file = services.spool().open(round, NO_CLIENT, content);
            new SumIntake(this, exchange, round, upload.content().checksum(), file).run();
        } catch (IOException e) {
            notStored(exchange, e);
        }
    }

    /** The body is whole. */
    void offer(Exchange exchange, int round, String checksum, SpoolFile file) {
        try {
            Weighting weighting =
                    services.facts().byExamples() ? Weighting.BY_EXAMPLES : Weighting.UNIFORM;
            List<SpooledUpdate> updates =
                    SumReceiver.receive(
                            file, services.layout(), weighting, services.runId(), round, checksum);
            exchange.peer()
                    .ifPresent(
                            peer ->
                                    updates.forEach(
                                            update ->
                                                    peer.requireOwn(update.metadata().clientId())));
            exchange.when(
                    services.rounds()
                            .offerSum(updates)
                            .whenCompleteAsync(
                                    (receipt, failure) -> tidy(file, receipt), exchange.executor()),
                    receipt -> UpdateResource.answer(exchange, receipt));
        } catch (WireException e) {
            file.discard();
            UpdateResource.answer(
                    exchange,
                    new UpdateReceipt(
                            Outcome.REJECTED, false, e.code(), String.valueOf(e.getMessage()), 0));
        } catch (IOException e) {
            file.discard();
            notStored(exchange, e);
        }
    }

    void notStored(Exchange exchange, IOException failure) {
        if (DurableFiles.saysDiskFull(failure)) {
            services.spool().refused(exchange.request().getLength());
            exchange.error(ErrorCode.STORAGE_FULL, "the server's disk is full");
        } else {
            exchange.fail(failure);
        }
    }

    private static void tidy(SpoolFile file, @Nullable UpdateReceipt receipt) {
        boolean taken =
                receipt != null && receipt.outcome() == Outcome.ACCEPTED && !receipt.duplicate();
        if (!taken) {
            file.discard();
        }
    }
}
