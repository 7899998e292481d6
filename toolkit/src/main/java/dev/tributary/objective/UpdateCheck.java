package dev.tributary.objective;

import dev.tributary.parameters.HostVector;

import java.io.IOException;

/**
 * Knows which updates no honest client can have come to, by what they say of themselves. Immutable
 * and thread-safe.
 */
@FunctionalInterface
public interface UpdateCheck {
    /** Takes any. */
    UpdateCheck NONE = (update, exampleCount) -> {};

    /**
     * Refuses an update that cannot be.
     *
     * @param update {@code [exchangeLayout.size()]}, finite; read only
     * @param exampleCount the examples on which its client says to have trained, at least 1
     * @throws IllegalArgumentException telling what was expected and what was found
     * @throws IOException if it cannot be read
     */
    void check(HostVector update, long exampleCount) throws IOException;
}
