package dev.tributary.agent.http;

import dev.tributary.parameters.HostTransfer.ChunkSink;

import java.io.IOException;

/** A sink that must know what kind of answer comes before its first byte does. */
public interface AnswerSink extends ChunkSink {

    /**
     * A successful answer begins.
     *
     * @param head status and headers
     * @throws IOException if this answer is not wanted; ends the request
     */
    void begin(HttpReply head) throws IOException;
}
