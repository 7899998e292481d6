package dev.tributary.server.http;

import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The clients of a server, as requests see them: each registers once and serves whichever run asks.
 *
 * <p>Thread-safe; no method waits, and futures may complete on any thread. What is wrong with a
 * request fails its future with a {@link dev.tributary.server.round.RefusedException}.
 */
public interface ClientDesk {

    /**
     * Makes a client known.
     *
     * @param agent which agent speaks for it from now on; null if that does not say
     */
    CompletableFuture<RegistrationReceipt> register(
            ClientRegistration registration, @Nullable String agent);

    /**
     * Waits for a task of any run; empty if none came in time.
     *
     * @param agent which agent asks; null if that does not say
     */
    CompletableFuture<Optional<RoundTask>> poll(String clientId, @Nullable String agent);

    /** A client tells how far it is. */
    CompletableFuture<Boolean> progress(String clientId, ClientProgress progress);

    /**
     * A client goes; harmless to repeat.
     *
     * @param agent which agent says so: one that another has replaced speaks for nobody any more;
     *     null if that does not say
     */
    CompletableFuture<Boolean> leave(String clientId, @Nullable String agent);
}
