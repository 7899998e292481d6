package dev.tributary.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A client makes itself known; repeating it is harmless and replaces what was known.
 *
 * @param clientId stable over restarts: 1 to 64 letters, digits, dots, dashes and underscores
 * @param protocolVersion {@link Paths#PROTOCOL_VERSION}
 * @param agentVersion the agent's software version, for the log
 * @param exampleCount local training examples, 1 to {@link #MAX_EXAMPLES}
 * @param device where it trains, for the log: {@code cpu}, {@code gpu:0}
 * @param dataset the data set that a run must name to be served by this client; null to serve all.
 *     A server that leads one run alone does not ask
 */
public record ClientRegistration(
        String clientId,
        int protocolVersion,
        String agentVersion,
        long exampleCount,
        String device,
        @Nullable String dataset) {
    /** The most examples that a client may have: sums over all clients stay exact. */
    public static final long MAX_EXAMPLES = 1L << 40;

    /** A client that serves all runs. */
    public ClientRegistration(
            String clientId,
            int protocolVersion,
            String agentVersion,
            long exampleCount,
            String device) {
        this(clientId, protocolVersion, agentVersion, exampleCount, device, null);
    }
}
