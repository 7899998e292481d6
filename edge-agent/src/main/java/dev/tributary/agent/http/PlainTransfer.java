package dev.tributary.agent.http;

import static java.nio.channels.SelectionKey.OP_READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes as they are, from the sender's memory to the socket without a copy. */
record PlainTransfer(SocketChannel channel) implements ByteTransfer {

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public int awaited() {
        return OP_READ;
    }

    @Override
    public boolean write(ByteBuffer[] chunks) throws IOException {
        int first = 0;
        while (first < chunks.length) {
            if (!chunks[first].hasRemaining()) {
                first++;
            } else if (channel.write(chunks, first, chunks.length - first) == 0) {
                return false;
            }
        }
        return true;
    }
}
