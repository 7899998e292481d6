package dev.tributary.agent.state;

/**
 * What is written down about a model that is fetched.
 *
 * @param runId the run
 * @param version the version
 * @param etag what the server calls this very body
 * @param checksum the body's CRC-32C, in hex
 * @param bytes the whole body's length
 */
public record ModelRecord(String runId, int version, String etag, String checksum, long bytes) {}
