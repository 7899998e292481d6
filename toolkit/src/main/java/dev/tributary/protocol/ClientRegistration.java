package dev.tributary.protocol;

/**
 * A client makes itself known; repeating it is harmless and replaces what was known.
 *
 * @param clientId stable over restarts: 1 to 64 letters, digits, dots, dashes and underscores
 * @param protocolVersion {@link Paths#PROTOCOL_VERSION}
 * @param agentVersion the agent's software version, for the log
 * @param exampleCount local training examples, 1 to {@link #MAX_EXAMPLES}
 * @param device where it trains, for the log: {@code cpu}, {@code gpu:0}
 */
public record ClientRegistration(
        String clientId,
        int protocolVersion,
        String agentVersion,
        long exampleCount,
        String device) {
    /** The most examples that a client may have: sums over all clients stay exact. */
    public static final long MAX_EXAMPLES = 1L << 40;
}
