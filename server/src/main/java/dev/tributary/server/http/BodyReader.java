package dev.tributary.server.http;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the body of an upload as it comes; holds no thread while it waits for more. */
final class BodyReader {
    private final Request request;
    private final Sink sink;

    /** Takes a body in. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes the next part of it.
         *
         * @param last whether it is the end
         */
        void accept(ByteBuffer chunk, boolean last) throws IOException;
    }

    /** The connection is gone or given up. */
    static final class BrokenOffException extends IOException {
        private static final long serialVersionUID = 1;

        BrokenOffException(String message) {
            super(message);
        }

        private BrokenOffException(Throwable cause) {
            super("it broke off", cause);
        }
    }

    BodyReader(Request request, Sink sink) {
        this.request = request;
        this.sink = sink;
    }

    /**
     * Reads what is there.
     *
     * @param again runs when there is more
     * @return whether the body is whole; if not, this is to be called again by that
     * @throws BrokenOffException with the cause, if there will be no more
     */
    boolean read(Runnable again) throws IOException {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(again);
                return false;
            }
            if (Content.Chunk.isFailure(chunk)) {
                throw new BrokenOffException(chunk.getFailure());
            }
            boolean last = chunk.isLast();
            try {
                sink.accept(chunk.getByteBuffer(), last);
            } finally {
                chunk.release();
            }
            if (last) {
                return true;
            }
        }
    }
}
