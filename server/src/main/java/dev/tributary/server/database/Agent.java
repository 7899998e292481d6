package dev.tributary.server.database;

import org.jspecify.annotations.Nullable;

/**
 * What a client's agent says of itself.
 *
 * @param clientId the client
 * @param exampleCount its training examples
 * @param device where it trains; cut to 128 characters
 * @param agentVersion its software; cut to 128 characters
 * @param dataset the data set of the runs that it serves; null for all
 */
public record Agent(
        String clientId,
        long exampleCount,
        String device,
        String agentVersion,
        @Nullable String dataset) {
    private static final int MAX_TEXT = 128;

    /** Checks the id; device and version are for people and may be anything. */
    public Agent {
        Texts.id("client", clientId, Texts.MAX_CLIENT_ID);
        Texts.atLeast("example count", 0, exampleCount);
        device = Texts.printable(device, MAX_TEXT);
        agentVersion = Texts.printable(agentVersion, MAX_TEXT);
        if (dataset != null) {
            Texts.id("data set", dataset, Texts.MAX_CLIENT_ID);
        }
    }
}
