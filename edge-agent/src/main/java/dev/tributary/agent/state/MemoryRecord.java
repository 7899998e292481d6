package dev.tributary.agent.state;

/**
 * What is written down about what an objective remembers.
 *
 * @param runId the run
 * @param round after which round
 * @param bytes the body's length
 * @param checksum the body's CRC-32C, in hex
 */
record MemoryRecord(String runId, int round, long bytes, String checksum) {}
