package dev.tributary.agent;

/**
 * Hears what clients do, in sentences for people.
 *
 * <p>Called on the clients' threads, of which there may be several at a time.
 */
@FunctionalInterface
public interface AgentListener {

    /**
     * Something happened.
     *
     * @param clientId whose client
     * @param line one line
     */
    void line(String clientId, String line);
}
