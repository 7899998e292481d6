package dev.tributary.agent.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import dev.tributary.cli.Format;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code bench fold} measured.
 *
 * @param device where the fold ran
 * @param repetitions of which the medians count
 * @param rows one for each number of parameters
 */
record FoldBenchResult(String device, int repetitions, List<Row> rows) {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    /** Copies the rows. */
    FoldBenchResult {
        rows = List.copyOf(rows);
    }

    /**
     * One size.
     *
     * @param parameters of the model
     * @param hostCopySeconds a plain copy of pageable host memory to the device
     * @param hostFoldSeconds an update in host memory, folded
     * @param deviceCopySeconds a copy within the device
     * @param deviceFoldSeconds an update on the device, folded
     */
    record Row(
            long parameters,
            double hostCopySeconds,
            double hostFoldSeconds,
            double deviceCopySeconds,
            double deviceFoldSeconds) {
        /** Bytes an element that a copy must move: read float32, write float32. */
        private static final int COPIED_BYTES = 8;

        /** Bytes an element that a fold must move: read float32, read and write int64. */
        private static final int FOLDED_BYTES = 20;

        /** The fold's speed as a part of the copy's, from the host. */
        double ofHostCopy() {
            return hostCopySeconds / hostFoldSeconds;
        }

        /** The fold's bandwidth as a part of the copy's, within the device. */
        double ofDeviceCopy() {
            return foldBandwidth() / copyBandwidth();
        }

        private double copyBandwidth() {
            return COPIED_BYTES * parameters / deviceCopySeconds / 1e9;
        }

        private double foldBandwidth() {
            return FOLDED_BYTES * parameters / deviceFoldSeconds / 1e9;
        }

        private double hostBandwidth(double seconds) {
            return Float.BYTES * parameters / seconds / 1e9;
        }

        private Map<String, Object> toMap() {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("params", parameters);
            row.put("host_copy_gb_per_s", hostBandwidth(hostCopySeconds));
            row.put("host_fold_gb_per_s", hostBandwidth(hostFoldSeconds));
            row.put("fold_of_host_copy", ofHostCopy());
            row.put("device_copy_gb_per_s", copyBandwidth());
            row.put("device_fold_gb_per_s", foldBandwidth());
            row.put("fold_of_device_copy", ofDeviceCopy());
            return row;
        }

        private String toText() {
            return String.format(
                    Locale.ROOT,
                    "%s parameters: from the host %.2f GB/s, a plain copy %.2f GB/s (%.2f of it);"
                            + " on the device %.1f GB/s, a copy there %.1f GB/s (%.2f of it)",
                    Format.count(parameters),
                    hostBandwidth(hostFoldSeconds),
                    hostBandwidth(hostCopySeconds),
                    ofHostCopy(),
                    foldBandwidth(),
                    copyBandwidth(),
                    ofDeviceCopy());
        }
    }

    /** The keys are an interface. */
    String toJson() {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("device", device);
        result.put("repetitions", repetitions);
        result.put("results", rows.stream().map(Row::toMap).toList());
        return JSON.toJson(result);
    }

    /** For people. */
    String toText() {
        StringBuilder text = new StringBuilder("the exact weighted mean on ").append(device);
        rows.forEach(row -> text.append(System.lineSeparator()).append(row.toText()));
        return text.toString();
    }
}
