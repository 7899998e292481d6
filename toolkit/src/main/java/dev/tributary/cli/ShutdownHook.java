package dev.tributary.cli;

/**
 * What is still done if the process is asked to end before this is closed, on a thread of its own.
 */
public final class ShutdownHook implements AutoCloseable {
    private final Thread thread;

    private ShutdownHook(Thread thread) {
        this.thread = thread;
    }

    /**
     * In force from now on.
     *
     * @param name the thread's
     * @param action may run while other threads go on
     */
    public static ShutdownHook of(String name, Runnable action) {
        Thread thread = new Thread(action, name);
        Runtime.getRuntime().addShutdownHook(thread);
        return new ShutdownHook(thread);
    }

    /** Without effect once the process ends: the action runs already. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // It does what is to be done.
        }
    }
}
