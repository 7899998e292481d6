package dev.tributary.server.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tributary.server.database.Receipt;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The text of a {@link ReceiptLog}. A line holds what came together, so that all of it is found or
 * nothing: its CRC-32C, then nine fields for each receipt, separated by tabs.
 */
final class ReceiptLines {
    private static final int FIELDS = 9;
    private static final int CHECKSUM_DIGITS = 8;

    private ReceiptLines() {}

    /** An attempt at a round. */
    record Attempt(int round, int number) {
        static final Attempt NONE = new Attempt(0, 0);

        static Attempt of(List<Receipt> together) {
            return new Attempt(together.get(0).round(), together.get(0).attempt());
        }
    }

    /** Receipts of one attempt as a line. */
    static String line(List<Receipt> together) {
        String text = String.join("\t", together.stream().map(ReceiptLines::text).toList());
        return checksum(text) + "\t" + text + "\n";
    }

    /**
     * What stands: the first line that is not whole, or of another attempt, ends it.
     *
     * @return the receipts of each line
     * @throws IOException if a line is whole, and says something else
     */
    static List<List<Receipt>> read(String text, String runId) throws IOException {
        List<List<Receipt>> lines = new ArrayList<>();
        int at = 0;
        for (int to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', at)) {
            List<Receipt> together = receipts(text.substring(at, to), runId);
            boolean first = lines.isEmpty();
            if (together.isEmpty()
                    || (!first && !Attempt.of(together).equals(Attempt.of(lines.get(0))))) {
                break;
            }
            lines.add(together);
            at = to + 1;
        }
        return lines;
    }

    /** The receipts of a line; none if it is not whole. */
    private static List<Receipt> receipts(String line, String runId) throws IOException {
        int start = CHECKSUM_DIGITS + 1;
        if (line.length() <= start || !line.startsWith(checksum(line.substring(start)) + "\t")) {
            return List.of();
        }
        List<String> fields = Arrays.asList(line.substring(start).split("\t", -1));
        try {
            List<Receipt> receipts = new ArrayList<>();
            for (int i = 0; i < fields.size(); i += FIELDS) {
                receipts.add(receipt(runId, fields.subList(i, i + FIELDS)));
            }
            return receipts;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // What was accepted is not to be forgotten in silence.
            throw new IOException(
                    "receipts: expected %d fields for each, as this version writes them, found \"%s\""
                            .formatted(FIELDS, line),
                    e);
        }
    }

    private static String text(Receipt receipt) {
        return String.join(
                "\t",
                Integer.toString(receipt.round()),
                Integer.toString(receipt.attempt()),
                receipt.clientId(),
                receipt.checksum(),
                Long.toString(receipt.bytes()),
                receipt.spoolFile(),
                Long.toString(receipt.exampleCount()),
                Double.toString(receipt.weight()),
                Double.toString(receipt.trainLoss()));
    }

    private static Receipt receipt(String runId, List<String> fields) {
        return new Receipt(
                runId,
                Integer.parseInt(fields.get(0)),
                Integer.parseInt(fields.get(1)),
                fields.get(2),
                fields.get(3),
                Long.parseLong(fields.get(4)),
                fields.get(5),
                Long.parseLong(fields.get(6)),
                Double.parseDouble(fields.get(7)),
                Double.parseDouble(fields.get(8)));
    }

    private static String checksum(String text) {
        CRC32C checksum = new CRC32C();
        checksum.update(text.getBytes(ISO_8859_1));
        return HexFormat.of().toHexDigits(checksum.getValue(), CHECKSUM_DIGITS);
    }
}
