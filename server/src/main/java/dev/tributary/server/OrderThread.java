package dev.tributary.server;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.database.DatabaseException;
import dev.tributary.server.round.RefusedException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One thread that carries out orders in their order; what comes from outside is bounded. Any thread
 * may give orders.
 */
final class OrderThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrderThread.class);
    private static final int MAX_QUESTIONS = 1000;
    private static final long END_SECONDS = 60;

    private final ExecutorService thread;
    private final Semaphore room = new Semaphore(MAX_QUESTIONS);

    OrderThread(String name) {
        thread =
                Executors.newSingleThreadExecutor(
                        work -> {
                            Thread made = new Thread(work, name);
                            made.setDaemon(true);
                            return made;
                        });
    }

    /** What the server itself wants done; forgotten once it is closed. */
    void give(Runnable order) {
        try {
            thread.execute(
                    () -> {
                        try {
                            order.run();
                        } catch (RuntimeException | Error e) {
                            LOG.error("an order failed", e);
                        }
                    });
        } catch (RejectedExecutionException e) {
            LOG.debug("the server is stopping", e);
        }
    }

    /** What a request wants; refused where too many wait. */
    <T> CompletableFuture<T> ask(Callable<T> question) {
        if (!room.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new RefusedException(ErrorCode.BUSY, "too many requests wait"));
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            thread.execute(
                    () -> {
                        room.release();
                        answer(question, answer);
                    });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(
                    new RefusedException(ErrorCode.STOPPING, "the server is stopping"));
        }
        return answer;
    }

    private static <T> void answer(Callable<T> question, CompletableFuture<T> answer) {
        try {
            answer.complete(question.call());
        } catch (DatabaseException e) {
            if (!e.passes()) {
                answer.completeExceptionally(e);
                return;
            }
            LOG.warn("a request was refused: {}", e.getMessage());
            // Whoever asks need not hear where the database is.
            answer.completeExceptionally(
                    new RefusedException(e.code(), "the database cannot be used now"));
        } catch (Throwable e) {
            // Errors too: whoever waits must hear of a missing native library.
            answer.completeExceptionally(e);
        }
    }

    /** Carries out what has been ordered so far, then ends the thread. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("orders are still carried out after {} s", END_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
