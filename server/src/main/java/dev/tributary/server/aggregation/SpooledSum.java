package dev.tributary.server.aggregation;

import dev.tributary.parameters.HostVector;
import dev.tributary.wire.SumMetadata;

/**
 * The exact sum of several updates, checked and on disk.
 *
 * @param metadata what was added
 * @param words the payload in words of four bytes, read from the file
 * @param bytes the file's length
 * @param checksum its CRC-32C, in hex
 */
public record SpooledSum(SumMetadata metadata, HostVector words, long bytes, String checksum) {

    /** The bytes of the whole for the first client in it, 0 for the others. */
    long bytesOf(String clientId) {
        return metadata.parts().get(0).clientId().equals(clientId) ? bytes : 0;
    }
}
