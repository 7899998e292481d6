package dev.tributary.wire;

import dev.tributary.protocol.ErrorCode;

import java.util.HashMap;
import java.util.Map;

/**
 * What an update says of itself, in the header of its body.
 *
 * @param runId the run
 * @param round the round, from 1
 * @param clientId whose update
 * @param modelVersion the version from which it was trained
 * @param exampleCount local training examples, at least 1: its weight
 * @param trainLoss mean training loss of the last local epoch
 */
public record UpdateMetadata(
        String runId,
        int round,
        String clientId,
        int modelVersion,
        long exampleCount,
        double trainLoss) {

    /** Checks the weight. */
    public UpdateMetadata {
        if (exampleCount < 1) {
            throw new WireException(
                    ErrorCode.BAD_WEIGHT,
                    "example_count: expected at least 1, found " + exampleCount);
        }
    }

    /** As text by key, the way the header carries it. */
    public Map<String, String> toMap() {
        return Map.of(
                "run", runId,
                "round", Integer.toString(round),
                "client", clientId,
                "model_version", Integer.toString(modelVersion),
                "example_count", Long.toString(exampleCount),
                "train_loss", Double.toString(trainLoss));
    }

    /**
     * Reads what {@link #toMap()} wrote.
     *
     * @throws WireException if a key is missing or its value is no number
     */
    public static UpdateMetadata of(Map<String, String> metadata) {
        Map<String, String> values = new HashMap<>(metadata);
        return new UpdateMetadata(
                text(values, "run"),
                Math.toIntExact(number(values, "round", Integer.MAX_VALUE)),
                text(values, "client"),
                Math.toIntExact(number(values, "model_version", Integer.MAX_VALUE)),
                number(values, "example_count", Long.MAX_VALUE),
                decimal(values, "train_loss"));
    }

    private static String text(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw malformed(key, "a value", "none");
        }
        return value;
    }

    private static long number(Map<String, String> values, String key, long maximum) {
        String value = text(values, key);
        try {
            long number = Long.parseLong(value);
            if (number >= 0 && number <= maximum) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the message, which is the same.
        }
        throw malformed(key, "a whole number, at least 0", value);
    }

    private static double decimal(Map<String, String> values, String key) {
        String value = text(values, key);
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw malformed(key, "a number", value);
        }
    }

    private static WireException malformed(String key, String expected, String found) {
        String shown = found.length() <= 40 ? found : found.substring(0, 40) + "...";
        return new WireException(
                ErrorCode.MALFORMED_BODY,
                "metadata \"%s\": expected %s, found \"%s\"".formatted(key, expected, shown));
    }
}
