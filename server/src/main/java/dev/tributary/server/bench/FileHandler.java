package dev.tributary.server.bench;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** GET sends a file of a directory; PUT writes one and forces it to disk. Nothing is checked. */
final class FileHandler extends Handler.Abstract {
    private static final int BUFFER_BYTES = 1 << 18;

    private final Path directory;

    FileHandler(Path directory) {
        this.directory = directory;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String name = Request.getPathInContext(request).substring(1);
        if (!name.matches("[a-z0-9-]{1,64}")) {
            return false;
        }
        Path file = directory.resolve(name);
        if (request.getMethod().equals("GET")) {
            send(file, request, response, callback);
        } else {
            FileChannel out = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, WRITE);
            new Receive(request, response, callback, out).run();
        }
        return true;
    }

    private static void send(Path file, Request request, Response response, Callback callback)
            throws IOException {
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, Files.size(file));
        ByteBufferPool pool = request.getComponents().getByteBufferPool();
        FileChannel in = FileChannel.open(file, READ);
        Content.Source source =
                Content.Source.from(new ByteBufferPool.Sized(pool, true, BUFFER_BYTES), in);
        Content.copy(source, response, Callback.from(callback, () -> close(in)));
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Writes a body as it comes; holds no thread while it waits for more. */
    private record Receive(Request request, Response response, Callback callback, FileChannel out)
            implements Runnable {
        @Override
        public void run() {
            try {
                if (read()) {
                    out.force(true);
                    out.close();
                    response.setStatus(200);
                    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
                    callback.succeeded();
                }
            } catch (IOException e) {
                close(out);
                callback.failed(e);
            }
        }

        private boolean read() throws IOException {
            while (true) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    request.demand(this);
                    return false;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    throw new IOException("the body broke off", chunk.getFailure());
                }
                boolean last = chunk.isLast();
                ByteBuffer bytes = chunk.getByteBuffer();
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                chunk.release();
                if (last) {
                    return true;
                }
            }
        }
    }
}
