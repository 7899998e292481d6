package dev.tributary.cli;

import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

import java.util.regex.Pattern;

/**
 * The lines behind "Usage:", broken at spaces alone: picocli breaks them where a text may be
 * broken, which is also within {@code <file.csv>}.
 */
final class Synopsis {
    private static final Pattern STYLE = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final int ONE_LINE = 10_000;

    private Synopsis() {}

    /** As picocli renders a section of its help: with the line's end. */
    static String of(Help help) {
        UsageMessageSpec layout = help.commandSpec().usageMessage();
        int width = layout.width();
        int heading = help.synopsisHeadingLength();
        int indent = heading + help.commandSpec().qualifiedName().length() + 1;
        layout.width(ONE_LINE);
        try {
            return broken(help.synopsis(heading).strip(), heading, indent, width);
        } finally {
            layout.width(width);
        }
    }

    private static String broken(String line, int heading, int indent, int width) {
        StringBuilder text = new StringBuilder();
        int column = heading;
        for (String word : line.split("\\s+", -1)) {
            int length = STYLE.matcher(word).replaceAll("").length();
            if (column > indent && column + 1 + length > width) {
                text.append(System.lineSeparator()).append(" ".repeat(indent));
                column = indent;
            } else if (column > heading) {
                text.append(' ');
                column++;
            }
            text.append(word);
            column += length;
        }
        return text.append(System.lineSeparator()).toString();
    }
}
