package dev.tributary.agent.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Moves bytes between memory and a socket, as they are or encrypted, as far as that goes without
 * waiting. One thread.
 */
interface ByteTransfer {

    /**
     * Reads what has come.
     *
     * @return how many bytes; 0 if nothing has come yet, -1 if nothing will
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * What a read that brought nothing waits for, of {@link java.nio.channels.SelectionKey}: input,
     * or room for output if something has come that must be answered first.
     */
    int awaited();

    /**
     * Writes from position to limit of each.
     *
     * @return whether nothing is left to be written
     */
    boolean write(ByteBuffer[] chunks) throws IOException;
}
