package dev.tributary.agent.command;

import dev.tributary.cli.CommandException;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shares of a partition as users write them: {@code 3}, {@code 0,2} or {@code 0-3}. */
final class IndexList {
    private static final Pattern PART = Pattern.compile("(\\d{1,7})(?:-(\\d{1,7}))?");

    private IndexList() {}

    /**
     * Reads them.
     *
     * @param clients indices are in {@code [0, clients)}
     * @return at least one, in the order of the text
     * @throws CommandException if one is malformed, out of range or there twice
     */
    static List<Integer> parse(String text, int clients) {
        List<Integer> indices = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = PART.matcher(part.strip());
            if (!matcher.matches()) {
                throw new CommandException(
                        "--index: expected a number, a list or a range such as 0-3, found \""
                                + text
                                + "\"");
            }
            int from = Integer.parseInt(matcher.group(1));
            int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
            for (int index = from; index <= to; index++) {
                add(indices, index, clients);
            }
        }
        if (indices.isEmpty()) {
            throw new CommandException("--index: expected at least one, found \"" + text + "\"");
        }
        return List.copyOf(indices);
    }

    private static void add(List<Integer> indices, int index, int clients) {
        if (index >= clients) {
            throw new CommandException(
                    "--index: expected 0 to %d, for --clients is %d, found %d"
                            .formatted(clients - 1, clients, index));
        }
        if (indices.contains(index)) {
            throw new CommandException("--index: " + index + " is there twice");
        }
        indices.add(index);
    }
}
