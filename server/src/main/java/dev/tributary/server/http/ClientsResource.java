package dev.tributary.server.http;

import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Paths;
import dev.tributary.server.round.RefusedException;

import java.util.Set;

/** {@link Paths#CLIENTS}: a client makes itself known. */
record ClientsResource(ClientDesk clients) implements Resource {
    private static final int MAX_TEXT = 128;

    @Override
    public Set<String> methods() {
        return Set.of("POST");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.read(
                ClientRegistration.class,
                registration -> {
                    check(registration);
                    exchange.peer().ifPresent(peer -> peer.claim(registration.clientId()));
                    exchange.when(
                            clients.register(registration, exchange.agent()),
                            receipt -> exchange.json(200, receipt));
                });
    }

    private static void check(ClientRegistration registration) {
        Ids.check("clientId", registration.clientId());
        if (registration.protocolVersion() != Paths.PROTOCOL_VERSION) {
            throw new RefusedException(
                    ErrorCode.PROTOCOL_VERSION,
                    "protocolVersion: expected %d, found %d; use an agent of this server's version"
                            .formatted(Paths.PROTOCOL_VERSION, registration.protocolVersion()));
        }
        if (registration.exampleCount() < 1
                || registration.exampleCount() > ClientRegistration.MAX_EXAMPLES) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "exampleCount: expected 1 to %d, found %d"
                            .formatted(
                                    ClientRegistration.MAX_EXAMPLES, registration.exampleCount()));
        }
        checkText("agentVersion", registration.agentVersion());
        checkText("device", registration.device());
        if (registration.dataset() != null) {
            Ids.check("dataset", registration.dataset());
        }
    }

    /** It goes into logs and displays. */
    private static void checkText(String field, String text) {
        boolean printable = text.chars().allMatch(c -> c >= ' ' && c <= '~');
        if (text.length() > MAX_TEXT || !printable) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "%s: expected at most %d printable characters, found \"%s\""
                            .formatted(field, MAX_TEXT, Ids.shown(text)));
        }
    }
}
