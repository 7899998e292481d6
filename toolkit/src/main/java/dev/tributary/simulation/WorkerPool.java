package dev.tributary.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Threads with a workbench each, which take the next piece of work when they are done with one. */
final class WorkerPool implements AutoCloseable {
    private final List<Worker> workers = new ArrayList<>();
    private final ExecutorService threads;

    WorkerPool(int count, Supplier<Worker> factory) {
        threads =
                Executors.newFixedThreadPool(
                        count,
                        task -> {
                            Thread thread = new Thread(task, "trainer");
                            thread.setDaemon(true);
                            return thread;
                        });
        try {
            for (int i = 0; i < count; i++) {
                workers.add(factory.get());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** How many there are. */
    int size() {
        return workers.size();
    }

    /** What a worker does with one of many things. */
    @FunctionalInterface
    interface Work<T> {
        void on(Worker worker, T thing) throws Exception;
    }

    /**
     * Works on all of them and waits for the end; they are taken in order.
     *
     * @throws InterruptedException if the caller is interrupted; the workers have stopped then
     * @throws IllegalStateException with the first failure as cause; the rest is left undone
     */
    <T> void each(List<T> things, Work<T> work) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (Worker worker : workers.subList(0, Math.min(workers.size(), things.size()))) {
            running.add(
                    threads.submit(
                            () -> {
                                try {
                                    drain(worker, things, next, work);
                                } finally {
                                    // After a failure nobody takes another.
                                    next.set(things.size());
                                }
                                return null;
                            }));
        }
        await(running, next, things.size());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        workers.forEach(Worker::close);
    }

    private static <T> void drain(Worker worker, List<T> things, AtomicInteger next, Work<T> work)
            throws Exception {
        for (int i = next.getAndIncrement(); i < things.size(); i = next.getAndIncrement()) {
            work.on(worker, things.get(i));
        }
    }

    private static void await(List<Future<?>> running, AtomicInteger next, int end)
            throws InterruptedException {
        Throwable failure = null;
        InterruptedException interrupted = null;
        for (Future<?> future : running) {
            boolean done = false;
            while (!done) {
                try {
                    future.get();
                    done = true;
                } catch (ExecutionException e) {
                    failure = failure == null ? e.getCause() : failure;
                    done = true;
                } catch (InterruptedException e) {
                    // Memory must not be freed under a worker's hands: wait for what it has begun.
                    next.set(end);
                    interrupted = e;
                }
            }
        }
        if (interrupted != null) {
            throw interrupted;
        }
        if (failure != null) {
            throw new IllegalStateException("a client's work failed: " + failure, failure);
        }
    }
}
