package dev.tributary.server.http;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.SpoolFile;
import dev.tributary.server.aggregation.UpdateReceiver;
import dev.tributary.server.aggregation.UpdateReceiver.Address;
import dev.tributary.wire.WireException;

import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * {@link dev.tributary.protocol.Paths#UPDATE}: a client's update.
 *
 * <p>Whoever has no business here is told before the body is read. Every answer carries an {@link
 * UpdateReceipt}, which holds all fields of an {@link dev.tributary.protocol.ErrorReply} too.
 */
record UpdateResource(Services services) implements Resource {
    static final Set<String> METHODS = Set.of("PUT", "HEAD");

    @Override
    public Set<String> methods() {
        return METHODS;
    }

    @Override
    public void handle(Exchange exchange) {
        Address address =
                new Address(services.runId(), exchange.number("round"), exchange.client());
        if (exchange.request().getMethod().equals("HEAD")) {
            tellOffset(exchange, address);
            return;
        }
        Upload upload = Upload.of(exchange);
        if (services.rounds().expects(address.round(), address.clientId())) {
            receive(exchange, address, upload);
            return;
        }
        exchange.when(
                services.rounds().knock(address.round(), address.clientId(), upload.content()),
                refusal ->
                        refusal.ifPresentOrElse(
                                receipt -> answer(exchange, receipt),
                                () -> receive(exchange, address, upload)));
    }

    private void tellOffset(Exchange exchange, Address address) {
        exchange.when(
                services.rounds().accepted(address.round(), address.clientId()),
                accepted -> {
                    HttpFields.Mutable headers = exchange.response().getHeaders();
                    if (accepted) {
                        headers.put(Paths.ACCEPTED_HEADER, "true");
                    } else {
                        headers.put(Paths.UPDATE_OFFSET_HEADER, held(address));
                    }
                    exchange.empty(200);
                });
    }

    private void receive(Exchange exchange, Address address, Upload upload) {
        long announced = upload.content().bytes();
        if (announced > services.maximumUpdateBytes()) {
            String message =
                    "body: expected at most %d bytes, found %d"
                            .formatted(services.maximumUpdateBytes(), announced);
            reject(exchange, address, ErrorCode.TOO_LARGE, message, 0);
            return;
        }
        try {
            Optional<SpoolFile> file = file(address, upload);
            if (file.isPresent()) {
                begin(exchange, address, file.get());
            } else {
                exchange.response().getHeaders().put(Paths.UPDATE_OFFSET_HEADER, held(address));
                exchange.error(
                        ErrorCode.OFFSET_MISMATCH,
                        "Content-Range: expected to go on at byte %d of this client's update, found %d"
                                .formatted(held(address), upload.from()));
            }
        } catch (IOException e) {
            UpdateIntake.notStored(this, exchange, address, e);
        }
    }

    private void begin(Exchange exchange, Address address, SpoolFile file) throws IOException {
        UpdateReceiver receiver;
        try {
            receiver =
                    new UpdateReceiver(
                            address,
                            services.layout(),
                            services.facts().updatePrecision(),
                            services.maximumUpdateBytes(),
                            file);
        } catch (WireException e) {
            file.discard();
            reject(exchange, address, e.code(), e.getMessage(), 0);
            return;
        }
        new UpdateIntake(this, exchange, address, receiver).run();
    }

    private Optional<SpoolFile> file(Address address, Upload upload) throws IOException {
        if (upload.from() == 0) {
            return Optional.of(
                    services.spool().open(address.round(), address.clientId(), upload.content()));
        }
        return services.spool()
                .resume(address.round(), address.clientId(), upload.content(), upload.from());
    }

    private long held(Address address) {
        return services.spool().held(address.round(), address.clientId());
    }

    void reject(
            Exchange exchange,
            Address address,
            ErrorCode code,
            @Nullable String message,
            long bytes) {
        UpdateReceipt receipt =
                new UpdateReceipt(Outcome.REJECTED, false, code, String.valueOf(message), bytes);
        exchange.when(
                services.rounds().reject(address.round(), address.clientId(), receipt),
                told -> answer(exchange, told));
    }

    static void answer(Exchange exchange, UpdateReceipt receipt) {
        ErrorCode code = receipt.code();
        exchange.json(code == null ? 200 : code.httpStatus(), receipt);
    }
}
