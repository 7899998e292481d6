package dev.tributary.agent.http;

import dev.tributary.parameters.HostTransfer.ChunkSink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keeps a short body as text. */
final class TextSink implements ChunkSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

    @Override
    public void accept(ByteBuffer chunk) throws IOException {
        if (bytes.size() + chunk.remaining() > HttpTransport.MAX_TEXT_BYTES) {
            throw new IOException(
                    "expected a text of at most %d bytes, found more"
                            .formatted(HttpTransport.MAX_TEXT_BYTES));
        }
        byte[] copy = new byte[chunk.remaining()];
        chunk.get(copy);
        bytes.write(copy, 0, copy.length);
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
