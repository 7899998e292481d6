package dev.tributary.protocol;

/**
 * A client makes itself known; repeating it is harmless and replaces what was known.
 *
 * @param clientId stable over restarts: 1 to 64 letters, digits, dots, dashes and underscores
 * @param protocolVersion {@link Paths#PROTOCOL_VERSION}
 * @param agentVersion the agent's software version, for the log
 * @param exampleCount local training examples, at least 1
 * @param device where it trains, for the log: {@code cpu}, {@code gpu:0}
 */
public record ClientRegistration(
        String clientId,
        int protocolVersion,
        String agentVersion,
        long exampleCount,
        String device) {}
