package dev.tributary.server;

import dev.tributary.protocol.RunStatus;

import java.nio.file.Path;

/**
 * Hears what becomes of a server's runs, in order, on the thread that begins and ends them; it
 * should not take long.
 */
public interface RunListener {

    /** Something happened that people may want to know. */
    void note(String line);

    /**
     * A run has ended.
     *
     * @param last how
     * @param directory its files
     */
    void ended(RunStatus last, Path directory);
}
