package dev.tributary.data;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * A value made on first use and then kept; a failure is not kept. Thread-safe: made once.
 *
 * @param <T> what it is
 */
public final class Lazy<T> implements Supplier<T> {
    private final Supplier<T> maker;
    private @Nullable T value;

    /** Nothing is made yet. */
    public Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    @Override
    public synchronized T get() {
        T made = value;
        if (made == null) {
            made = maker.get();
            value = made;
        }
        return made;
    }
}
