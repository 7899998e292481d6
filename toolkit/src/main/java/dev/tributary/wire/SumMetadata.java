package dev.tributary.wire;

import dev.tributary.aggregate.ExactWeightedMean.Share;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.strategy.Weighting;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an exact partial sum says of itself, in the header of its body.
 *
 * @param runId the run
 * @param round the round, from 1
 * @param modelVersion the version from which all were trained
 * @param parts the updates that were added, each of another client
 */
public record SumMetadata(String runId, int round, int modelVersion, List<Part> parts) {
    /** The most updates in one sum. */
    public static final int MAX_PARTS = 256;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{8}");

    /**
     * One update that was added.
     *
     * @param clientId whose
     * @param exampleCount local training examples, at least 1
     * @param trainLoss mean training loss of the last local epoch
     * @param magnitude its largest absolute value
     * @param checksum its body's CRC-32C, in hex
     * @param bytes its body's length
     */
    public record Part(
            String clientId,
            long exampleCount,
            double trainLoss,
            float magnitude,
            String checksum,
            long bytes) {
        /** Checks the values. */
        public Part {
            boolean whole = isLike(ID, clientId) && isLike(CHECKSUM, checksum);
            if (!whole
                    || exampleCount < 1
                    || bytes < 1
                    || !Double.isFinite(trainLoss)
                    || !(magnitude >= 0 && magnitude < Float.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        ("part of \"%s\": expected a client, examples, a finite loss and magnitude,"
                                        + " checksum and length, found %d, %s, %s, %s and %d")
                                .formatted(
                                        clientId,
                                        exampleCount,
                                        trainLoss,
                                        magnitude,
                                        checksum,
                                        bytes));
            }
        }

        private static boolean isLike(Pattern pattern, @Nullable String text) {
            return text != null && pattern.matcher(text).matches();
        }
    }

    /** Checks that no client is in it twice. */
    public SumMetadata {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > MAX_PARTS) {
            throw new WireException(
                    ErrorCode.MALFORMED_BODY,
                    "sum: expected 1 to %d parts, found %d".formatted(MAX_PARTS, parts.size()));
        }
        Set<String> clients = new HashSet<>();
        for (Part part : parts) {
            if (!clients.add(part.clientId())) {
                throw new WireException(
                        ErrorCode.CONFLICTING_UPDATE,
                        "sum: expected each client once, found %s twice"
                                .formatted(part.clientId()));
            }
        }
    }

    /** What each part adds at most. */
    public List<Share> shares(Weighting weighting) {
        return parts.stream()
                .map(part -> new Share(part.magnitude(), weighting.of(part.exampleCount())))
                .toList();
    }
}
