package dev.tributary.server.http;

import static java.nio.file.StandardOpenOption.READ;

import dev.tributary.server.store.ModelVersion;

import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Sends a file as the body of an answer, a pooled buffer at a time. */
final class FileBody extends IteratingCallback {
    private static final int CHUNK_BYTES = 1 << 18;

    private final Exchange exchange;
    private final FileChannel file;
    private final long bytes;
    private final RetainableByteBuffer buffer;
    private final Callback done;
    private long sent;

    private FileBody(Exchange exchange, FileChannel file, long bytes, long from) {
        this.exchange = exchange;
        this.file = file;
        this.bytes = bytes;
        this.sent = from;
        ByteBufferPool pool = exchange.request().getComponents().getByteBufferPool();
        this.buffer = pool.acquire((int) Math.min(CHUNK_BYTES, Math.max(1, bytes)), true);
        this.done = exchange.afterDrain();
    }

    /** Opens the file; {@link #iterate} sends it and closes it. */
    static FileBody open(Exchange exchange, ModelVersion version, long from) throws IOException {
        FileChannel file = FileChannel.open(version.path(), READ);
        return new FileBody(exchange, file, version.bytes(), from);
    }

    @Override
    protected Action process() throws IOException {
        if (sent == bytes) {
            return Action.SUCCEEDED;
        }
        ByteBuffer chunk = buffer.getByteBuffer().clear();
        chunk.limit((int) Math.min(chunk.capacity(), bytes - sent));
        while (chunk.hasRemaining()) {
            if (file.read(chunk, sent + chunk.position()) < 0) {
                throw new IOException("the model's file became shorter while it was sent");
            }
        }
        chunk.flip();
        sent += chunk.remaining();
        exchange.response().write(sent == bytes, chunk, this);
        return Action.SCHEDULED;
    }

    @Override
    protected void onCompleted(@Nullable Throwable failure) {
        buffer.release();
        try {
            file.close();
        } catch (IOException e) {
            // Was open for reading: nothing is lost.
            failure = failure == null ? e : failure;
        }
        if (failure == null) {
            done.succeeded();
        } else {
            done.failed(failure);
        }
    }
}
