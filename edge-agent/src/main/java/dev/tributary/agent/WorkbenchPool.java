package dev.tributary.agent;

import ai.djl.Device;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * As many workbenches as clients may compute at a time. Thread-safe.
 *
 * <p>The queue hands a workbench from one thread to the next, with all that was written.
 */
final class WorkbenchPool implements AutoCloseable {
    private final List<Workbench> all = new ArrayList<>();
    private final BlockingQueue<Workbench> free;

    WorkbenchPool(int count, ModelTrainers trainers, Device device) {
        free = new ArrayBlockingQueue<>(count);
        for (int i = 0; i < count; i++) {
            all.add(new Workbench(trainers, device));
        }
        free.addAll(all);
    }

    /** What is done on a workbench. */
    @FunctionalInterface
    interface Work {
        void on(Workbench bench);
    }

    /**
     * Waits for a free workbench and works on it.
     *
     * @throws AgentStoppedException if the thread is interrupted while it waits
     */
    void use(Work work) {
        Workbench bench;
        try {
            bench = free.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentStoppedException();
        }
        try {
            work.on(bench);
        } finally {
            free.add(bench);
        }
    }

    /** Frees all memory; nobody may work meanwhile. */
    @Override
    public void close() {
        all.forEach(Workbench::close);
    }
}
