package dev.tributary.protocol;

/**
 * The server knows the client.
 *
 * @param clientId as registered
 * @param serverVersion the server's software version, for the log
 * @param pollSeconds how long the client may hold a request for a task open
 */
public record RegistrationReceipt(String clientId, String serverVersion, int pollSeconds) {}
