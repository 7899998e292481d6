package dev.tributary.server.store;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether what must be kept can be written, as the thread that writes finds out. Thread-safe; asked
 * by one thread at a time.
 */
final class Outage {
    private final AtomicReference<Shortage> shortage = new AtomicReference<>(Shortage.NONE);

    /** Something could not be written; true if that is new. */
    boolean begin() {
        return shortage.getAndSet(Shortage.LASTING) != Shortage.LASTING;
    }

    /** Something has been written: if there was an outage, it is over. */
    void end() {
        boolean unused = shortage.compareAndSet(Shortage.LASTING, Shortage.OVER);
    }

    boolean isLasting() {
        return shortage.get() == Shortage.LASTING;
    }

    /** What it is now; that it is over is told once. */
    Shortage shortage() {
        if (shortage.compareAndSet(Shortage.OVER, Shortage.NONE)) {
            return Shortage.OVER;
        }
        return isLasting() ? Shortage.LASTING : Shortage.NONE;
    }
}
