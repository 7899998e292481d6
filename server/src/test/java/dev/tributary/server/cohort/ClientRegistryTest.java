package dev.tributary.server.cohort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientRegistration;

import org.junit.jupiter.api.Test;

import java.time.Duration;

final class ClientRegistryTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final ClientRegistry registry = new ClientRegistry(Duration.ofSeconds(10), 100);

    private Client register(String id, long examples, long nowNanos) {
        return registry.register(new ClientRegistration(id, 1, "test", examples, "cpu"), nowNanos);
    }

    @Test
    void repeatedRegistrationReplacesWhatWasKnown() {
        register("a", 5, 0);
        register("a", 7, 0);
        assertThat(registry.size()).isEqualTo(1);
        assertThat(registry.eligible(0)).containsEntry("a", 7L);
    }

    @Test
    void eligibleClientsAreSortedById() {
        register("b", 1, 0);
        register("a", 1, 0);
        assertThat(registry.eligible(0).keySet()).containsExactly("a", "b");
    }

    @Test
    void idleClientIsNotEligibleAfterItsSilence() {
        Client client = register("a", 1, 0);
        assertThat(registry.eligible(10 * SECOND)).hasSize(1);
        assertThat(registry.eligible(11 * SECOND)).isEmpty();
        client.heard(11 * SECOND);
        assertThat(registry.eligible(11 * SECOND)).hasSize(1);
    }

    @Test
    void clientThatWorksMayBeSilent() {
        register("a", 1, 0).enter(ClientPhase.TRAINING);
        assertThat(registry.eligible(1000 * SECOND)).hasSize(1);
    }

    @Test
    void clientThatWasGivenUpIsEligibleOnceItIsHeardOf() {
        Client client = register("a", 1, 0);
        client.enter(ClientPhase.DROPPED);
        assertThat(registry.eligible(0)).isEmpty();
        client.heard(SECOND);
        assertThat(registry.eligible(SECOND)).hasSize(1);
    }
}
