package dev.tributary.server.cohort;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientRegistration;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All clients that have registered, by id. Belongs to the coordinator's thread.
 *
 * <p>A client stays registered when it falls silent, but it is not asked again until it is heard
 * of.
 */
public final class ClientRegistry {
    /** Clients that a server takes: what it knows of them fits in memory. */
    public static final int DEFAULT_MAXIMUM = 100_000;

    private final NavigableMap<String, Client> clients = new TreeMap<>();
    private final long silenceNanos;
    private final int maximum;

    /**
     * @param silence how long an idle client may be silent before it is no longer asked
     * @param maximum at how many clients it is full
     */
    public ClientRegistry(Duration silence, int maximum) {
        this.silenceNanos = silence.toNanos();
        this.maximum = maximum;
    }

    /** Makes a client known, or replaces what was known of it. */
    public Client register(ClientRegistration registration, long nowNanos) {
        Client client =
                clients.computeIfAbsent(
                        registration.clientId(), id -> new Client(registration, nowNanos));
        client.register(registration);
        client.heard(nowNanos);
        return client;
    }

    /** The client of that id. */
    public Optional<Client> find(String id) {
        return Optional.ofNullable(clients.get(id));
    }

    /** All clients, by id. */
    public Collection<Client> all() {
        return Collections.unmodifiableCollection(clients.values());
    }

    /** How many clients have registered. */
    public int size() {
        return clients.size();
    }

    /** How many of them serve the run, whether or not they are there now. */
    public int serving() {
        return (int)
                clients.values().stream()
                        .filter(client -> client.phase() != ClientPhase.DECLINED)
                        .count();
    }

    /** Whether it should take no more clients than it has. */
    public boolean full() {
        return clients.size() >= maximum;
    }

    /** Example counts, by id, of the clients that can be asked. */
    public SortedMap<String, Long> eligible(long nowNanos) {
        SortedMap<String, Long> eligible = new TreeMap<>();
        for (Client client : clients.values()) {
            if (client.eligible(nowNanos, silenceNanos)) {
                eligible.put(client.id(), client.exampleCount());
            }
        }
        return eligible;
    }
}
