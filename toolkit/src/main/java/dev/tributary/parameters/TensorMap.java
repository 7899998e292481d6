package dev.tributary.parameters;

import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

import dev.tributary.device.GradientScope;
import dev.tributary.parameters.SafetensorsHeader.Entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tensors of a file from elsewhere are which of a model: a small table.
 *
 * <p>As text, a line each of {@code <model's name> <file's name>}, with {@code transposed} behind
 * where a matrix lies the other way round, or of {@code - <file's names>} for what is not wanted,
 * as a pattern; behind {@code #} is a comment. A tensor that no line names has one name in both.
 * Immutable and thread-safe.
 *
 * @param sources where each tensor of the model comes from, by its name there
 * @param unwanted what of the file is left out
 */
public record TensorMap(Map<String, Source> sources, List<TensorNames> unwanted) {
    /** One name in both for all tensors. */
    public static final TensorMap SAME = new TensorMap(Map.of(), List.of());

    private static final NDIndex ALL = new NDIndex(":");

    /**
     * A tensor of a file.
     *
     * @param name its name there
     * @param transposed whether its two axes are to be exchanged
     */
    public record Source(String name, boolean transposed) {}

    /** Copies. */
    public TensorMap {
        sources = Map.copyOf(sources);
        unwanted = List.copyOf(unwanted);
    }

    /**
     * Reads a table.
     *
     * @throws IllegalArgumentException telling the line that is none
     */
    public static TensorMap read(Path table) throws IOException {
        Map<String, Source> sources = new LinkedHashMap<>();
        List<TensorNames> unwanted = new ArrayList<>();
        List<String> lines = Files.readAllLines(table);
        for (int i = 0; i < lines.size(); i++) {
            String[] words = lines.get(i).replaceFirst("#.*", "").strip().split("\\s+", -1);
            boolean transposed = words.length == 3 && words[2].equals("transposed");
            if (words.length == 2 && words[0].equals("-")) {
                unwanted.add(new TensorNames(List.of(words[1])));
            } else if (words.length == 2 || transposed) {
                Source source = new Source(words[1], transposed);
                if (sources.put(words[0], source) != null) {
                    throw wrong(table, i, "each of the model's names once", words[0] + " again");
                }
            } else if (words.length > 1 || !words[0].isEmpty()) {
                throw wrong(
                        table,
                        i,
                        "the model's name, the file's name and perhaps \"transposed\"",
                        '"' + lines.get(i).strip() + '"');
            }
        }
        return new TensorMap(sources, unwanted);
    }

    /**
     * Reads a file's tensors into a model's vector, widening or rounding other float types.
     *
     * @param flat float32 {@code [layout.size()]}, on any device; overwritten
     * @throws LayoutMismatchException listing all that does not match, and what there is in the
     *     model and in the file
     */
    public void read(Checkpoint file, ParameterLayout layout, NDArray flat) throws IOException {
        check(file.header(), layout);
        try (GradientScope off = GradientScope.off()) {
            for (TensorSpec tensor : layout.tensors()) {
                Source source = source(tensor.name());
                if (source.transposed) {
                    readTransposed(file, source.name, tensor, flat);
                } else {
                    file.read(source.name, tensor, flat);
                }
            }
        }
    }

    private Source source(String name) {
        return sources.getOrDefault(name, new Source(name, false));
    }

    private static void readTransposed(
            Checkpoint file, String name, TensorSpec tensor, NDArray flat) throws IOException {
        TensorSpec turned = new TensorSpec(name, transposed(tensor.shape()), tensor.kind(), 0);
        try (NDManager scope = flat.getManager().newSubManager()) {
            NDArray values = scope.zeros(new Shape(turned.size()));
            file.read(name, turned, values);
            NDArray place = FlatParameters.view(flat, tensor);
            place.attach(scope);
            place.set(ALL, values.reshape(new Shape(turned.shape())).transpose());
        }
    }

    private void check(SafetensorsHeader header, ParameterLayout layout) {
        List<String> problems = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (TensorSpec tensor : layout.tensors()) {
            used.add(source(tensor.name()).name);
            problem(tensor, header).ifPresent(problems::add);
        }
        for (String name : sources.keySet()) {
            if (layout.tensor(name).isEmpty()) {
                problems.add("\"%s\": no such tensor in the model".formatted(name));
            }
        }
        header.tensors().keySet().stream()
                .filter(name -> !used.contains(name) && !isUnwanted(name))
                .forEach(name -> problems.add("\"%s\" of the file is not used".formatted(name)));
        if (!problems.isEmpty()) {
            throw mismatch(problems, header, layout);
        }
    }

    /** Why the file does not give a tensor of the model; empty if it does. */
    private Optional<String> problem(TensorSpec tensor, SafetensorsHeader header) {
        Source source = source(tensor.name());
        Entry entry = header.tensors().get(source.name);
        if (entry == null) {
            return Optional.of(
                    "\"%s\" %s: none named \"%s\" in the file"
                            .formatted(tensor.name(), tensor.shape(), source.name));
        }
        boolean turned = source.transposed && tensor.shape().size() == 2;
        List<Long> expected = turned ? transposed(tensor.shape()) : tensor.shape();
        if (entry.shape().equals(expected) && source.transposed == turned) {
            return Optional.empty();
        }
        return Optional.of(
                "\"%s\": expected shape %s of \"%s\"%s, found %s"
                        .formatted(
                                tensor.name(),
                                expected,
                                source.name,
                                source.transposed ? ", a matrix" : "",
                                entry.shape()));
    }

    private static LayoutMismatchException mismatch(
            List<String> problems, SafetensorsHeader header, ParameterLayout layout) {
        return new LayoutMismatchException(
                "%s%nthe model has %s%nthe file has %s"
                        .formatted(
                                String.join(System.lineSeparator(), problems),
                                layout.tensors().stream()
                                        .map(tensor -> tensor.name() + tensor.shape())
                                        .collect(joining(", ")),
                                header.tensors().entrySet().stream()
                                        .map(each -> each.getKey() + each.getValue().shape())
                                        .collect(joining(", "))));
    }

    private boolean isUnwanted(String name) {
        return unwanted.stream().anyMatch(names -> names.match(name));
    }

    private static List<Long> transposed(List<Long> shape) {
        return List.of(shape.get(1), shape.get(0));
    }

    private static IllegalArgumentException wrong(
            Path table, int line, String expected, String found) {
        return new IllegalArgumentException(
                "%s, line %d: expected %s, found %s".formatted(table, line + 1, expected, found));
    }
}
