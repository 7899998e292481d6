package dev.tributary.objective;

import static java.util.stream.Collectors.joining;

import dev.tributary.data.DataException;
import dev.tributary.data.Options;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.TensorSpec;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Tensors by name, with {@code *} for any characters, also none, and {@code ?} for one.
 *
 * @param globs at least one; copied
 */
record LocalTensors(List<String> globs) {
    private static final String LOCAL = "local";

    /** The option that says which, described. */
    static final Map<String, String> OPTION =
            Map.of(LOCAL, "which tensors stay local: patterns of names, with commas between");

    LocalTensors {
        globs = List.copyOf(globs);
        if (globs.isEmpty() || globs.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "local tensors: expected patterns of names, found " + globs);
        }
    }

    /**
     * Those that the option says.
     *
     * @throws DataException if it is missing or wrong
     */
    static LocalTensors read(Options options) {
        String unused = options.required(LOCAL);
        List<String> globs = options.list(LOCAL);
        if (globs.stream().anyMatch(String::isEmpty)) {
            throw new DataException(
                    "%s: option \"%s\": expected patterns with commas between, found an empty one"
                            .formatted(options.owner(), LOCAL));
        }
        return new LocalTensors(globs);
    }

    /** The tensors that a pattern matches, in the layout's order. */
    List<TensorSpec> in(ParameterLayout model) {
        Pattern pattern = pattern();
        return model.tensors().stream()
                .filter(tensor -> pattern.matcher(tensor.name()).matches())
                .toList();
    }

    /**
     * Refuses a model in which none or all tensors match.
     *
     * @throws IllegalArgumentException telling the names that there are
     */
    void check(String objective, ParameterLayout model) {
        List<TensorSpec> found = in(model);
        if (found.isEmpty() || found.size() == model.tensors().size()) {
            throw new IllegalArgumentException(
                    "%s: expected that %s names some tensors of the model and not all, found %d of %s"
                            .formatted(
                                    objective,
                                    globs,
                                    found.size(),
                                    model.tensors().stream().map(TensorSpec::name).toList()));
        }
    }

    private Pattern pattern() {
        return Pattern.compile(globs.stream().map(LocalTensors::regex).collect(joining("|")));
    }

    private static String regex(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }
}
