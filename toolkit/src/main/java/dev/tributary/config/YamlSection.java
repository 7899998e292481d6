package dev.tributary.config;

import dev.tributary.words.NearestWord;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One mapping of the run file, from which settings are taken by key.
 *
 * <p>Wrong values are added to the {@link Problems} and replaced by the fallback, so that reading
 * goes on; {@link #build} ends the section: it reports the keys that nobody asked for, and makes
 * the section's value.
 */
final class YamlSection {
    private record Entry(int line, Node value) {}

    private final Problems problems;
    private final String path;
    private final int line;
    private final int problemsBefore;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    /** Is no mapping at all, so that missing keys are no news. */
    private boolean rejected;

    private YamlSection(Problems problems, String path, int line) {
        this.problems = problems;
        this.path = path;
        this.line = line;
        this.problemsBefore = problems.count();
    }

    static YamlSection root(MappingNode node, Problems problems) {
        YamlSection section = new YamlSection(problems, "", 1);
        section.fill(node);
        return section;
    }

    /** The value of a setting, or the fallback if the file does not have it. */
    <T> T value(Setting<T> setting, T fallback) {
        return optional(setting).orElse(fallback);
    }

    /**
     * The value of a setting that the file must have; the placeholder stands in after a problem.
     */
    <T> T required(Setting<T> setting, T placeholder) {
        if (!rejected && !entries.containsKey(setting.key())) {
            problems.add(new Problem(line, pathOf(setting.key()), setting.expected(), "nothing"));
        }
        return value(setting, placeholder);
    }

    /** The value of a setting; empty if the file does not have it, or has it wrong. */
    <T> Optional<T> optional(Setting<T> setting) {
        Optional<Node> node = take(setting.key());
        Optional<T> value = node.flatMap(YamlNodes::text).flatMap(setting::read);
        if (node.isPresent() && value.isEmpty()) {
            reject(setting.key(), node.get(), setting.expected());
        }
        return value;
    }

    /** Whether the file has that key; where having a section at all means something. */
    boolean has(String key) {
        known.add(key);
        return entries.containsKey(key);
    }

    /** A section inside this one; an absent or empty one has no keys, so all defaults apply. */
    YamlSection section(String key) {
        Optional<Node> node = take(key);
        YamlSection section = open(key);
        if (node.isPresent() && !YamlNodes.isNothing(node.get())) {
            if (node.get() instanceof MappingNode mapping) {
                section.fill(mapping);
            } else {
                reject(key, node.get(), "a section with keys");
                section.rejected = true;
            }
        }
        return section;
    }

    /** As {@link #section}, where a bare word {@code w} means {@code {nameKey: w}}. */
    YamlSection sectionOrName(String key, String nameKey) {
        Entry entry = entries.get(key);
        if (entry == null || YamlNodes.text(entry.value()).isEmpty()) {
            return section(key);
        }
        known.add(key);
        YamlSection section = open(key);
        section.entries.put(nameKey, entry);
        return section;
    }

    /** Free settings: each key a name, each value a scalar, or a list that is joined by commas. */
    Map<String, String> options(String key) {
        YamlSection section = section(key);
        Map<String, String> options = new LinkedHashMap<>();
        section.entries.forEach(
                (name, entry) -> {
                    Setting<String> keyRule = Setting.name(section.pathOf(name));
                    if (keyRule.read(name).isEmpty()) {
                        section.reject(name, entry.line(), keyRule.expected(), Texts.quote(name));
                        return;
                    }
                    YamlNodes.textOrList(entry.value())
                            .ifPresentOrElse(
                                    text -> options.put(name, text),
                                    () ->
                                            section.reject(
                                                    name,
                                                    entry.value(),
                                                    "a value, in quotes if it holds commas"));
                });
        return options;
    }

    /**
     * Ends the section: its value, if its settings fit each other. Where something was wrong, it is
     * what the fallbacks make of it, if they make anything; the problems are added either way.
     */
    <T> Optional<T> build(Supplier<T> constructor) {
        boolean sound = problems.count() == problemsBefore;
        entries.forEach(
                (key, entry) -> {
                    if (!known.contains(key)) {
                        reject(key, entry.line(), expectedKey(key), Texts.quote(key));
                    }
                });
        return sound ? problems.attempt(constructor) : salvaged(constructor);
    }

    private static <T> Optional<T> salvaged(Supplier<T> constructor) {
        try {
            return Optional.of(constructor.get());
        } catch (IllegalArgumentException | NoSuchElementException e) {
            // What went wrong before has been told.
            return Optional.empty();
        }
    }

    private void fill(MappingNode mapping) {
        for (NodeTuple tuple : mapping.getValue()) {
            Node keyNode = tuple.getKeyNode();
            int keyLine = YamlDocument.line(keyNode.getStartMark());
            Optional<String> key = YamlNodes.text(keyNode);
            if (key.isEmpty()) {
                problems.add(
                        new Problem(keyLine, path, "a word as key", YamlNodes.describe(keyNode)));
                continue;
            }
            Entry entry = new Entry(keyLine, tuple.getValueNode());
            Entry first = entries.putIfAbsent(key.get(), entry);
            if (first != null) {
                String found = "it again after line " + first.line();
                reject(key.get(), keyLine, "each key once", found);
            }
            problems.locate(pathOf(key.get()), keyLine);
        }
    }

    private YamlSection open(String key) {
        Entry entry = entries.get(key);
        return new YamlSection(problems, pathOf(key), entry == null ? line : entry.line());
    }

    private Optional<Node> take(String key) {
        known.add(key);
        return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    private String expectedKey(String key) {
        return NearestWord.of(key, known)
                .map(near -> "a known key, perhaps " + near)
                .orElse("one of the keys " + String.join(", ", known));
    }

    private void reject(String key, Node node, String expected) {
        // A missing value has no place of its own: its mark may be lines further down.
        Entry entry = entries.get(key);
        int place =
                entry != null && YamlNodes.isNothing(node)
                        ? entry.line()
                        : YamlDocument.line(node.getStartMark());
        reject(key, place, expected, YamlNodes.describe(node));
    }

    private void reject(String key, int place, String expected, String found) {
        problems.add(new Problem(place, pathOf(key), expected, found));
    }

    private String pathOf(String key) {
        return path.isEmpty() ? Texts.shorten(key) : path + "." + Texts.shorten(key);
    }
}
