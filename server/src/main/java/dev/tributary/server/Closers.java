package dev.tributary.server;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Closes what was opened, newest first, all of it whatever fails; the first failure is thrown, with
 * the others suppressed. Not thread-safe.
 */
final class Closers implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T closeable) {
        opened.push(closeable);
        return closeable;
    }

    @Override
    public void close() throws Exception {
        Exception first = null;
        while (!opened.isEmpty()) {
            first = closeNext(first);
        }
        if (first != null) {
            throw first;
        }
    }

    private @Nullable Exception closeNext(@Nullable Exception first) {
        try {
            opened.pop().close();
            return first;
        } catch (Exception e) {
            if (first == null) {
                return e;
            }
            first.addSuppressed(e);
            return first;
        }
    }
}
