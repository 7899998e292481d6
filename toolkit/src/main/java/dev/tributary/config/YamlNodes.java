package dev.tributary.config;

import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeType;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** What YAML nodes hold, as text. */
final class YamlNodes {
    private YamlNodes() {}

    /** What a node is, in words for a message. */
    static String describe(Node node) {
        if (node.getNodeType() != NodeType.SCALAR) {
            return node.getNodeType() == NodeType.MAPPING ? "a mapping" : "a list";
        }
        String text = ((ScalarNode) node).getValue();
        if (isNothing(node)) {
            return "nothing";
        }
        return node.getTag().equals(Tag.STR) ? Texts.quote(text) : Texts.shorten(text);
    }

    /** The text of a scalar, or of a list of scalars joined by commas; empty for all else. */
    static Optional<String> textOrList(Node node) {
        if (!(node instanceof SequenceNode sequence)) {
            return text(node);
        }
        List<Optional<String>> items = sequence.getValue().stream().map(YamlNodes::text).toList();
        if (items.stream().anyMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        StringJoiner joined = new StringJoiner(",");
        items.forEach(item -> joined.add(item.orElseThrow()));
        return Optional.of(joined.toString());
    }

    /** The text of a scalar; empty for all else, and for nothing. */
    static Optional<String> text(Node node) {
        return node instanceof ScalarNode scalar && !isNothing(node)
                ? Optional.of(scalar.getValue())
                : Optional.empty();
    }

    /** Whether the node is null: a key without a value. */
    static boolean isNothing(Node node) {
        return node.getTag().equals(Tag.NULL);
    }
}
