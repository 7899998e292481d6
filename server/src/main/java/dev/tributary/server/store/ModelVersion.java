package dev.tributary.server.store;

import dev.tributary.files.DurableFiles;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A published version of the global model.
 *
 * @param version 0 for the initial model
 * @param path a safetensors file; deleted once the version is no longer kept
 * @param bytes its length
 * @param payloadStart the byte at which the vector begins
 * @param checksum its CRC-32C, in hex
 */
public record ModelVersion(int version, Path path, long bytes, long payloadStart, String checksum) {

    /** What tells its content from any other: checksum and length. */
    public String entity() {
        return checksum + "-" + bytes;
    }

    /** Forces its bytes and its name to disk; they are there when this returns. */
    public void force() throws IOException {
        DurableFiles.force(path);
        DurableFiles.forceDirectory(path.resolveSibling(""));
    }
}
