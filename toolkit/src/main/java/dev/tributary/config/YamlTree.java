package dev.tributary.config;

import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.comments.CommentLine;
import org.snakeyaml.engine.v2.comments.CommentType;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A mapping to be written: keys in the order of the calls, with comments above them. */
final class YamlTree {
    private static final DumpSettings SETTINGS =
            DumpSettings.builder()
                    .setSchema(new CoreSchema())
                    .setDumpComments(true)
                    .setDefaultFlowStyle(FlowStyle.BLOCK)
                    .setSplitLines(false)
                    .setBestLineBreak("\n")
                    .build();

    /** Written as escapes: writer and reader of YAML do not agree on all of them. */
    private static final Pattern LINE_BREAK = Pattern.compile("\\R");

    private final List<NodeTuple> entries = new ArrayList<>();
    private final List<CommentLine> pendingComments = new ArrayList<>();

    /** A comment above the next key, after a blank line. */
    YamlTree comment(String text) {
        if (!entries.isEmpty()) {
            pendingComments.add(commentLine("", CommentType.BLANK_LINE));
        }
        pendingComments.add(commentLine(" " + text, CommentType.BLOCK));
        return this;
    }

    YamlTree put(Setting<?> setting, Object value) {
        return put(setting.key(), value.toString());
    }

    YamlTree put(String key, String value) {
        return put(key, scalar(value));
    }

    YamlTree put(String key, YamlTree section) {
        return put(key, section.node());
    }

    /** Options by key; nothing at all if there are none. */
    YamlTree putOptions(Map<String, String> options) {
        if (options.isEmpty()) {
            return this;
        }
        YamlTree section = new YamlTree();
        new TreeMap<>(options).forEach(section::put);
        return put("options", section);
    }

    /** The text of the whole tree. */
    String text() {
        return new Present(SETTINGS)
                .emitToString(new Serialize(SETTINGS).serializeOne(node()).iterator());
    }

    private YamlTree put(String key, Node value) {
        Node keyNode = scalar(key);
        keyNode.setBlockComments(List.copyOf(pendingComments));
        pendingComments.clear();
        entries.add(new NodeTuple(keyNode, value));
        return this;
    }

    private Node node() {
        FlowStyle style = entries.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK;
        return new MappingNode(Tag.MAP, entries, style);
    }

    /** A text that looks like a number is written like one; one that looks like null is quoted. */
    private static Node scalar(String value) {
        Tag looksLike = SETTINGS.getSchema().getScalarResolver().resolve(value, true);
        boolean plain =
                looksLike.equals(Tag.INT)
                        || looksLike.equals(Tag.FLOAT)
                        || looksLike.equals(Tag.BOOL);
        ScalarStyle style =
                LINE_BREAK.matcher(value).find() ? ScalarStyle.DOUBLE_QUOTED : ScalarStyle.PLAIN;
        return new ScalarNode(plain ? looksLike : Tag.STR, value, style);
    }

    private static CommentLine commentLine(String text, CommentType type) {
        return new CommentLine(Optional.empty(), Optional.empty(), text, type);
    }
}
