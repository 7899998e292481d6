package dev.tributary.server.http;

import dev.tributary.files.DurableFiles;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.aggregation.UpdateReceiver;
import dev.tributary.server.aggregation.UpdateReceiver.Address;
import dev.tributary.server.aggregation.UploadTakenOverException;
import dev.tributary.server.http.BodyReader.BrokenOffException;
import dev.tributary.wire.WireException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/** Takes in one update. */
final class UpdateIntake implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(UpdateIntake.class);

    private final UpdateResource resource;
    private final Exchange exchange;
    private final Address address;
    private final UpdateReceiver receiver;
    private final BodyReader body;
    private final long before;
    private final long startNanos = System.nanoTime();

    UpdateIntake(
            UpdateResource resource, Exchange exchange, Address address, UpdateReceiver receiver) {
        this.resource = resource;
        this.exchange = exchange;
        this.address = address;
        this.receiver = receiver;
        this.body = new BodyReader(exchange.request(), this::take);
        this.before = receiver.received();
    }

    @Override
    public void run() {
        try {
            if (body.read(this)) {
                offer(checked(receiver.finish(exchange.header(Paths.CHECKSUM_HEADER))));
            }
        } catch (WireException e) {
            receiver.discard();
            resource.reject(exchange, address, e.code(), e.getMessage(), receiver.received());
        } catch (BrokenOffException e) {
            // What has come is kept.
            receiver.breakOff();
            resource.reject(
                    exchange, address, ErrorCode.MALFORMED_BODY, told(e), receiver.received());
        } catch (IOException e) {
            receiver.discard();
            notStored(resource, exchange, address, e);
        } catch (RuntimeException e) {
            receiver.discard();
            exchange.fail(e);
        }
    }

    private void take(ByteBuffer chunk, boolean last) throws IOException {
        receiver.accept(chunk);
        if (!last) {
            requireSpeed();
        }
    }

    /** A body that trickles would hold its connection for ever without ever being idle. */
    private void requireSpeed() throws BrokenOffException {
        long nanos = System.nanoTime() - startNanos;
        double seconds = nanos / 1e9;
        long came = receiver.received() - before;
        if (nanos > resource.services().idle().toNanos()
                && came < SlowConnections.SLOWEST_BYTES_PER_SECOND * seconds) {
            throw new BrokenOffException(
                    "body: expected at least %d bytes a second, found %d in %.1f seconds (time-out \"idle\")"
                            .formatted(SlowConnections.SLOWEST_BYTES_PER_SECOND, came, seconds));
        }
    }

    private String told(BrokenOffException brokenOff) {
        if (brokenOff.getCause() == null) {
            return String.valueOf(brokenOff.getMessage());
        }
        String why =
                brokenOff.getCause() instanceof TimeoutException
                        ? "nothing came for %d seconds (time-out \"idle\")"
                                .formatted(resource.services().idle().toSeconds())
                        : "it broke off";
        return "body: expected its end, but %s after %d bytes".formatted(why, receiver.received());
    }

    private SpooledUpdate checked(SpooledUpdate update) throws IOException {
        Services services = resource.services();
        try {
            services.check()
                    .check(update.vector(services.layout()), update.metadata().exampleCount());
            return update;
        } catch (IllegalArgumentException e) {
            throw new WireException(ErrorCode.OUT_OF_RANGE, String.valueOf(e.getMessage()));
        }
    }

    private void offer(SpooledUpdate update) {
        CompletableFuture<UpdateReceipt> offered = resource.services().rounds().offer(update);
        exchange.follow(
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

    /** The server cannot keep it: a full disk is told as such, so that the client comes again. */
    static void notStored(
            UpdateResource resource, Exchange exchange, Address address, IOException failure) {
        if (DurableFiles.saysDiskFull(failure)) {
            resource.services().spool().refused(exchange.request().getLength());
            LOG.error("an update of {} cannot be stored: the disk is full", address.clientId());
            exchange.error(ErrorCode.STORAGE_FULL, "the server's disk is full");
        } else if (failure instanceof UploadTakenOverException) {
            exchange.error(ErrorCode.LATE, String.valueOf(failure.getMessage()));
        } else {
            exchange.fail(failure);
        }
    }
}
