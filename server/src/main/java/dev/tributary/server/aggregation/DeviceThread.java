package dev.tributary.server.aggregation;

import dev.tributary.device.GradientScope;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * The one thread that may touch arrays; it carries out orders in the order in which they come.
 *
 * <p>Its callers bound the queue: orders that clients cause have a place, of all others there is
 * one at a time, but for the updates of an open round after a restart. Any thread may give orders.
 */
final class DeviceThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceThread.class);

    private final BlockingQueue<Runnable> orders = new LinkedBlockingQueue<>();
    private final Semaphore room;
    private final Thread thread;
    private volatile boolean closed;

    DeviceThread(int capacity) {
        room = new Semaphore(capacity);
        thread = new Thread(this::work, "aggregation");
        thread.setDaemon(true);
        thread.start();
    }

    /** An order with a result or a failure; not bounded. */
    <T> CompletableFuture<T> order(Callable<T> order) {
        CompletableFuture<T> future = new CompletableFuture<>();
        orders.add(
                () -> {
                    try {
                        future.complete(order.call());
                    } catch (Throwable e) {
                        // Errors too: whoever waits must hear of a missing native library.
                        future.completeExceptionally(e);
                    }
                });
        return future;
    }

    /** Keeps a place for one order in the bounded queue; false if there is none. */
    boolean reserve() {
        return room.tryAcquire();
    }

    /** Gives a place back. */
    void cancel() {
        room.release();
    }

    /** An order that must not fail and has a place in the queue. */
    void giveReserved(Runnable order) {
        orders.add(
                () -> {
                    room.release();
                    order.run();
                });
    }

    /** Orders that wait. */
    int waiting() {
        return orders.size();
    }

    /** Waits until all orders given so far are carried out, then ends the thread. */
    @Override
    public void close() {
        orders.add(() -> closed = true);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void carryOut(Runnable order) {
        try {
            order.run();
        } catch (Throwable e) {
            // The thread outlives it: others wait for their orders.
            LOG.error("an order to the device failed", e);
        }
    }

    private void work() {
        // The engine starts every thread with recording on.
        try (GradientScope off = GradientScope.off()) {
            while (!closed) {
                carryOut(orders.take());
            }
        } catch (InterruptedException e) {
            LOG.error("the aggregation thread was interrupted", e);
        }
    }
}
