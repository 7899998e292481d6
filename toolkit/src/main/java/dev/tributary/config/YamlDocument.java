package dev.tributary.config;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import java.util.Optional;

/**
 * From a text, which may be hostile, to one YAML mapping whose nodes know their lines.
 *
 * <p>The events are screened before anything is composed, because composing recurses: a megabyte of
 * brackets would overflow the stack. Anchors, aliases and tags are refused; a run file has no use
 * for them.
 */
final class YamlDocument {
    /** The largest run file, in bytes. */
    static final int MAX_BYTES = 1 << 20;

    private static final int MAX_DEPTH = 16;
    private static final String WELL_FORMED = "well-formed YAML";

    private final LoadSettings settings;
    private final String text;
    private final Problems problems;

    private YamlDocument(String text, Problems problems) {
        this.text = text;
        this.problems = problems;
        settings =
                LoadSettings.builder()
                        .setSchema(new CoreSchema())
                        .setAllowNonScalarKeys(true)
                        // Read at once: the parser trips over a pair of surrogates between reads.
                        .setBufferSize(text.length() + 1)
                        .build();
    }

    /**
     * Reads the text.
     *
     * @throws RunFileException if it is not a single well-formed mapping
     */
    static MappingNode read(String text, Problems problems) {
        if (text.length() > MAX_BYTES) {
            throw problems.fatal(0, "at most " + MAX_BYTES + " bytes", "more");
        }
        return new YamlDocument(text, problems).read();
    }

    private MappingNode read() {
        try {
            screen();
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                throw problems.fatal(1, "settings", "nothing: the file is empty");
            }
            if (!(root.get() instanceof MappingNode mapping)) {
                int line = line(root.get().getStartMark());
                throw problems.fatal(
                        line, "settings such as \"rounds: 10\"", YamlNodes.describe(root.get()));
            }
            return mapping;
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
            // Without the cause: its message says all of it again, with an excerpt of the file.
            throw problems.fatal(line(mark), WELL_FORMED, "a mistake: " + problem(e));
        } catch (ReaderException e) {
            String character = "the character U+%04X".formatted(e.getCodePoint());
            throw problems.fatal(lineAt(e.getPosition()), WELL_FORMED, character).because(e);
        } catch (YamlEngineException e) {
            throw problems.fatal(0, WELL_FORMED, Texts.shorten(String.valueOf(e.getMessage())))
                    .because(e);
        }
    }

    /** In the parser's words, without its advice in brackets. */
    private static String problem(MarkedYamlEngineException failure) {
        return Texts.shorten(failure.getProblem().replaceFirst("\\. \\(.*\\)$", ""));
    }

    private void screen() {
        int depth = 0;
        int documents = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof DocumentStartEvent && ++documents > 1) {
                throw problems.fatal(line(event.getStartMark()), "one document", "a second one");
            }
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                throw problems.fatal(
                        line(event.getStartMark()),
                        "at most " + MAX_DEPTH + " levels of nesting",
                        "more");
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
            if (event instanceof NodeEvent node) {
                refuseIndirection(node);
            }
        }
    }

    private void refuseIndirection(NodeEvent event) {
        int line = line(event.getStartMark());
        if (event instanceof AliasEvent) {
            throw problems.fatal(line, "plain values", "an alias");
        }
        if (event.getAnchor().isPresent()) {
            throw problems.fatal(line, "plain values", "an anchor");
        }
        Optional<String> tag = Optional.empty();
        if (event instanceof ScalarEvent scalar) {
            tag = scalar.getTag();
        }
        if (event instanceof CollectionStartEvent collection) {
            tag = collection.getTag();
        }
        if (tag.isPresent()) {
            throw problems.fatal(line, "plain values", "the tag " + Texts.quote(tag.get()));
        }
    }

    /** The line of a place, from 1. */
    static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(0) + 1;
    }

    private int lineAt(int codePoint) {
        return 1 + (int) text.codePoints().limit(codePoint).filter(point -> point == '\n').count();
    }
}
