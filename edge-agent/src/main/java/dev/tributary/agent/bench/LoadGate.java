package dev.tributary.agent.bench;

import dev.tributary.cli.CommandException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/**
 * Where all clients of a load wait for each other between two rounds, and the yardstick is measured
 * meanwhile: so both meet the same machine, whatever else that does.
 *
 * <p>A round lasts from the moment when all clients have its task to that when all have the next
 * one, or hear that there is none. Thread-safe.
 */
final class LoadGate {
    private final CyclicBarrier barrier;
    private final PlainHttp plain;
    private final List<Double> rounds = new ArrayList<>();
    private final List<Double> plains = new ArrayList<>();
    private long startNanos = -1;

    LoadGate(int clients, PlainHttp plain) {
        this.plain = plain;
        this.barrier = new CyclicBarrier(clients, this::between);
    }

    /** Waits until all clients have asked for their next task and got an answer. */
    void pass() throws InterruptedException {
        try {
            barrier.await();
        } catch (BrokenBarrierException e) {
            throw new CommandException("another client failed", e);
        }
    }

    /** Lets nobody through any more. */
    void give() {
        barrier.reset();
    }

    /** Seconds of each round so far. */
    synchronized List<Double> rounds() {
        return List.copyOf(rounds);
    }

    /** Seconds of plain HTTP before each round. */
    synchronized List<Double> plains() {
        return List.copyOf(plains);
    }

    private synchronized void between() {
        if (startNanos >= 0) {
            rounds.add((System.nanoTime() - startNanos) / 1e9);
        }
        try {
            plains.add(plain.round());
        } catch (InterruptedException e) {
            throw new CommandException("interrupted while plain HTTP was measured", e);
        }
        startNanos = System.nanoTime();
    }
}
