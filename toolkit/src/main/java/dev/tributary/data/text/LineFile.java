package dev.tributary.data.text;

import dev.tributary.data.BadExamples;
import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of texts, one a line, with tab-separated fields before it; UTF-8, plain or gzip.
 *
 * @param path where it is
 * @param grouped whether a line begins with the name of the group that it belongs to
 * @param classified whether a class comes before the text
 */
record LineFile(Path path, boolean grouped, boolean classified) {

    /**
     * A line.
     *
     * @param number which one of the file, from 1
     * @param group whose it is; empty if lines have no groups
     * @param label its class; empty if lines have none
     * @param text the text
     */
    record Line(int number, String group, String label, String text) {}

    /**
     * Reads all lines; empty ones do not count.
     *
     * @param bad what happens to a line that lacks a field
     * @throws DataException if the file cannot be read, holds no line, or a bad one that is refused
     */
    List<Line> read(BadExamples bad) {
        List<Line> lines = new ArrayList<>();
        try {
            List<String> texts = lines(path);
            for (int i = 0; i < texts.size(); i++) {
                if (!texts.get(i).isBlank()) {
                    add(lines, texts.get(i), i + 1, bad);
                }
            }
        } catch (IOException e) {
            throw DataFile.unreadable(path, e);
        }
        bad.report(path.toString(), "line", lines.size());
        return lines;
    }

    static List<String> lines(Path path) throws IOException {
        try (BufferedReader reader = DataFile.of(path).text()) {
            List<String> lines = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
            return lines;
        }
    }

    private void add(List<Line> lines, String text, int number, BadExamples bad) {
        int fields = (grouped ? 1 : 0) + (classified ? 1 : 0);
        String[] parts = text.split("\t", fields + 1);
        if (parts.length <= fields) {
            bad.add(
                    new DataException(
                            "%s, line %d: expected %s<text>, found \"%s\""
                                    .formatted(path, number, form(), shortened(text))));
            return;
        }
        lines.add(
                new Line(
                        number,
                        grouped ? parts[0].strip() : "",
                        classified ? parts[fields - 1].strip() : "",
                        parts[fields]));
    }

    private String form() {
        return (grouped ? "<group><tab>" : "") + (classified ? "<class><tab>" : "");
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
