package dev.tributary.server.round;

import dev.tributary.protocol.ErrorCode;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Messages to the one thread that owns something: any thread sends, only that one does what they
 * say.
 *
 * <p>Questions come from clients and are bounded: when there are too many, or the box is closed,
 * they are refused. What the server tells itself is posted, and always taken.
 */
final class Mailbox {
    private static final int MAX_QUESTIONS = 65_536;

    /** Messages between two looks at the clock. */
    private static final int MAX_BATCH = 256;

    private final BlockingQueue<Runnable> messages = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(MAX_QUESTIONS);
    private volatile boolean closed;

    /** The answer that the owner's thread gives, completed on that thread unless it is refused. */
    <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (closed) {
            answer.completeExceptionally(stopping());
        } else if (!room.tryAcquire()) {
            answer.completeExceptionally(
                    new RefusedException(ErrorCode.BUSY, "too many requests wait"));
        } else {
            Runnable message =
                    () -> {
                        room.release();
                        answer(question, answer);
                    };
            messages.add(message);
            if (closed && messages.remove(message)) {
                // The owner's thread may have looked in here for the last time.
                message.run();
            }
        }
        return answer;
    }

    /** Has something done on the owner's thread. */
    void post(Runnable message) {
        messages.add(message);
    }

    /** Messages that wait. */
    int waiting() {
        return messages.size();
    }

    /** From now on questions are refused, those that wait too. */
    void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    /**
     * Waits for a message, and does what it says, and what some others say that are there already.
     *
     * @param nanos how long to wait for the first
     */
    void take(long nanos) throws InterruptedException {
        Runnable message = messages.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        for (int i = 1; message != null; i++) {
            message.run();
            message = i < MAX_BATCH ? messages.poll() : null;
        }
    }

    /** Does what all messages say that are there. */
    void empty() {
        for (Runnable left = messages.poll(); left != null; left = messages.poll()) {
            left.run();
        }
    }

    private <T> void answer(Supplier<T> question, CompletableFuture<T> answer) {
        if (closed) {
            answer.completeExceptionally(stopping());
            return;
        }
        try {
            answer.complete(question.get());
        } catch (RefusedException e) {
            answer.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
            throw e;
        }
    }

    private static RefusedException stopping() {
        return new RefusedException(ErrorCode.STOPPING, "the server is stopping");
    }
}
