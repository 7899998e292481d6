package dev.tributary.agent.http;

import dev.tributary.parameters.HostTransfer.ChunkSink;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer on its way from the threads of the JDK's client to the one that asked: a
 * piece at a time, and with a limit to silence, which the JDK's client has for heads alone.
 */
final class AnswerBody implements Subscriber<List<ByteBuffer>>, AutoCloseable {
    private final Duration patience;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private volatile @Nullable Subscription subscription;
    private volatile boolean closed;

    private record Piece(List<ByteBuffer> chunks, boolean last, @Nullable Throwable failure) {}

    /**
     * @param patience the longest silence that is borne
     */
    AnswerBody(Duration patience) {
        this.patience = patience;
    }

    /** Hands over all of it, on the calling thread. */
    void copyTo(ChunkSink sink) throws IOException {
        for (Piece piece = next(); !piece.last; piece = next()) {
            for (ByteBuffer chunk : piece.chunks) {
                sink.accept(chunk);
            }
            demand();
        }
    }

    @Override
    public void onSubscribe(Subscription fresh) {
        subscription = fresh;
        if (closed) {
            fresh.cancel();
        } else {
            fresh.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> chunks) {
        pieces.add(new Piece(chunks, false, null));
    }

    @Override
    public void onError(Throwable failure) {
        pieces.add(new Piece(List.of(), true, failure));
    }

    @Override
    public void onComplete() {
        pieces.add(new Piece(List.of(), true, null));
    }

    /** What has not come is not wanted; harmless when all has. */
    @Override
    public void close() {
        closed = true;
        Subscription present = subscription;
        if (present != null) {
            present.cancel();
        }
    }

    private void demand() {
        Subscription present = subscription;
        if (present != null) {
            present.request(1);
        }
    }

    private Piece next() throws IOException {
        Piece piece;
        try {
            piece = pieces.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        if (piece == null) {
            throw silence(patience);
        }
        if (piece.failure != null) {
            throw new IOException("the answer broke off: " + piece.failure, piece.failure);
        }
        return piece;
    }

    /** Nothing moved for too long. */
    static SocketTimeoutException silence(Duration patience) {
        return new SocketTimeoutException(
                "answer time-out: no sign of life for %s s"
                        .formatted(patience.toMillis() / 1000.0));
    }

    /** The thread is to end; it stays interrupted. */
    static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(cause);
        return interrupted;
    }
}
