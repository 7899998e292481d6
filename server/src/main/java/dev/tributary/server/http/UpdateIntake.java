package dev.tributary.server.http;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.aggregation.UpdateReceiver;
import dev.tributary.server.aggregation.UpdateReceiver.Address;
import dev.tributary.wire.WireException;

import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Reads one update's body as it comes; holds no thread while it waits for more. */
final class UpdateIntake implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(UpdateIntake.class);

    private final UpdateResource resource;
    private final Exchange exchange;
    private final Address address;
    private final UpdateReceiver receiver;

    UpdateIntake(
            UpdateResource resource, Exchange exchange, Address address, UpdateReceiver receiver) {
        this.resource = resource;
        this.exchange = exchange;
        this.address = address;
        this.receiver = receiver;
    }

    @Override
    public void run() {
        try {
            if (read()) {
                offer(receiver.finish(exchange.header(Paths.CHECKSUM_HEADER)));
            }
        } catch (WireException e) {
            receiver.discard();
            resource.reject(exchange, address, e.code(), e.getMessage(), receiver.received());
        } catch (IOException e) {
            receiver.discard();
            notStored(e);
        } catch (RuntimeException e) {
            receiver.discard();
            exchange.fail(e);
        }
    }

    /** Reads what is there; false if the end is not, and this will run again. */
    private boolean read() throws IOException {
        while (true) {
            Content.Chunk chunk = exchange.request().read();
            if (chunk == null) {
                exchange.request().demand(this);
                return false;
            }
            if (Content.Chunk.isFailure(chunk)) {
                throw new WireException(
                        ErrorCode.MALFORMED_BODY,
                        "body: expected %d bytes, but it broke off after %d"
                                .formatted(exchange.request().getLength(), receiver.received()));
            }
            boolean last = chunk.isLast();
            try {
                receiver.accept(chunk.getByteBuffer());
            } finally {
                chunk.release();
            }
            if (last) {
                return true;
            }
        }
    }

    private void offer(SpooledUpdate update) {
        CompletableFuture<UpdateReceipt> offered = resource.services().coordinator().offer(update);
        exchange.when(
                offered.whenCompleteAsync(
                        (receipt, failure) -> tidy(update, receipt), exchange.executor()),
                receipt -> UpdateResource.answer(exchange, receipt));
    }

    /** An update that nobody took is still ours. */
    private static void tidy(SpooledUpdate update, @Nullable UpdateReceipt receipt) {
        boolean taken =
                receipt != null && receipt.outcome() == Outcome.ACCEPTED && !receipt.duplicate();
        if (!taken) {
            update.discard();
        }
    }

    private void notStored(IOException failure) {
        boolean full =
                String.valueOf(failure.getMessage())
                        .toLowerCase(Locale.ROOT)
                        .contains("no space left");
        if (full) {
            LOG.error("an update of {} cannot be stored: the disk is full", address.clientId());
            exchange.error(ErrorCode.STORAGE_FULL, "the server's disk is full");
        } else {
            exchange.fail(failure);
        }
    }
}
