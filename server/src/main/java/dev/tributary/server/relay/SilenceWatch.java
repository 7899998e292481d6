package dev.tributary.server.relay;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;

/**
 * Ends a request on which nothing moves any more. The time-out of the JDK's requests runs from
 * their beginning, and so would end every body that a thin line takes longer for. Thread-safe.
 */
final class SilenceWatch {
    private final Duration patience;
    private volatile long movedNanos = System.nanoTime();

    /**
     * @param patience how long nothing may move
     */
    SilenceWatch(Duration patience) {
        this.patience = patience;
    }

    /** The same body; what goes out of it is a sign of life. */
    BodyPublisher over(BodyPublisher body) {
        return BodyPublishers.fromPublisher(
                subscriber -> body.subscribe(new Moving(subscriber)), body.contentLength());
    }

    /** The same answer, or a time-out when nothing has moved for too long; then it is given up. */
    <T> CompletableFuture<T> guard(CompletableFuture<T> sent) {
        CompletableFuture<T> answer = sent.copy();
        look(sent, answer);
        return answer;
    }

    private <T> void look(CompletableFuture<T> sent, CompletableFuture<T> answer) {
        if (answer.isDone()) {
            return;
        }
        long left = patience.toNanos() - (System.nanoTime() - movedNanos);
        if (left > 0) {
            CompletableFuture.delayedExecutor(left, TimeUnit.NANOSECONDS)
                    .execute(() -> look(sent, answer));
            return;
        }
        answer.completeExceptionally(
                new HttpTimeoutException(
                        "answer time-out: nothing moved for %s s"
                                .formatted(patience.toMillis() / 1000.0)));
        sent.cancel(true);
    }

    private final class Moving implements Subscriber<ByteBuffer> {
        private final Subscriber<? super ByteBuffer> target;

        Moving(Subscriber<? super ByteBuffer> target) {
            this.target = target;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            target.onSubscribe(subscription);
        }

        @Override
        public void onNext(ByteBuffer chunk) {
            movedNanos = System.nanoTime();
            target.onNext(chunk);
        }

        @Override
        public void onError(Throwable failure) {
            target.onError(failure);
        }

        @Override
        public void onComplete() {
            movedNanos = System.nanoTime();
            target.onComplete();
        }
    }
}
