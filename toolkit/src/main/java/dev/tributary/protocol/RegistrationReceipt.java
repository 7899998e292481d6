package dev.tributary.protocol;

/**
 * The server knows the client.
 *
 * @param clientId as registered
 * @param serverVersion the server's software version, for the log
 * @param pollSeconds how long the client may hold a request for a task open
 * @param manyRuns whether the server goes on when a run has ended, so that a client which cannot
 *     serve one run may serve the next
 */
public record RegistrationReceipt(
        String clientId, String serverVersion, int pollSeconds, boolean manyRuns) {}
