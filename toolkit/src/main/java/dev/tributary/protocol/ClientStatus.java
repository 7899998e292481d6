package dev.tributary.protocol;

/**
 * One client in a {@link RunStatus}.
 *
 * @param clientId its id
 * @param phase what it does now
 * @param fraction how much of that is done, in [0, 1]
 * @param loss its last training loss; 0 before there is one
 * @param exampleCount its local training examples
 * @param bytesUp body bytes received from it
 * @param bytesDown body bytes sent to it
 */
public record ClientStatus(
        String clientId,
        ClientPhase phase,
        double fraction,
        double loss,
        long exampleCount,
        long bytesUp,
        long bytesDown) {}
