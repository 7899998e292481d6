package dev.tributary.server.http;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.UpdateReceiver;
import dev.tributary.server.aggregation.UpdateReceiver.Address;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Set;

/**
 * {@link dev.tributary.protocol.Paths#UPDATE}: a client's update.
 *
 * <p>Whoever has no business here is told before the body is read. Every answer carries an {@link
 * UpdateReceipt}, which holds all fields of an {@link dev.tributary.protocol.ErrorReply} too.
 */
record UpdateResource(Services services) implements Resource {
    @Override
    public Set<String> methods() {
        return Set.of("PUT");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.requireRun(services.runId());
        Address address =
                new Address(services.runId(), exchange.number("round"), exchange.client());
        if (services.coordinator().view().expects(address.round(), address.clientId())) {
            receive(exchange, address);
            return;
        }
        exchange.when(
                services.coordinator().knock(address.round(), address.clientId()),
                refusal ->
                        refusal.ifPresentOrElse(
                                receipt -> answer(exchange, receipt),
                                () -> receive(exchange, address)));
    }

    private void receive(Exchange exchange, Address address) {
        long announced = exchange.request().getLength();
        if (announced > services.maximumUpdateBytes()) {
            String message =
                    "body: expected at most %d bytes, found %d"
                            .formatted(services.maximumUpdateBytes(), announced);
            reject(exchange, address, ErrorCode.TOO_LARGE, message, 0);
            return;
        }
        try {
            UpdateReceiver receiver =
                    new UpdateReceiver(
                            address,
                            services.layout(),
                            services.maximumUpdateBytes(),
                            services.spool());
            new UpdateIntake(this, exchange, address, receiver).run();
        } catch (IOException e) {
            exchange.fail(e);
        }
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
                services.coordinator().reject(address.round(), address.clientId(), receipt),
                told -> answer(exchange, told));
    }

    static void answer(Exchange exchange, UpdateReceipt receipt) {
        ErrorCode code = receipt.code();
        exchange.json(code == null ? 200 : code.httpStatus(), receipt);
    }
}
