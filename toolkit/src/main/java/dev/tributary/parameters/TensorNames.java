package dev.tributary.parameters;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Tensors by name, with {@code *} for any characters, also none, and {@code ?} for one.
 *
 * @param globs at least one; copied
 */
public record TensorNames(List<String> globs) {

    /** Checks that there is a pattern, and none blank. */
    public TensorNames {
        globs = List.copyOf(globs);
        if (globs.isEmpty() || globs.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "names of tensors: expected patterns of names, found " + globs);
        }
    }

    /** The tensors that a pattern matches, in the layout's order. */
    public List<TensorSpec> in(ParameterLayout model) {
        Pattern pattern = pattern();
        return model.tensors().stream()
                .filter(tensor -> pattern.matcher(tensor.name()).matches())
                .toList();
    }

    /** Whether a pattern matches a name. */
    public boolean match(String name) {
        return pattern().matcher(name).matches();
    }

    /**
     * Refuses a model in which none or all tensors match.
     *
     * @param owner who asks, for the message
     * @throws IllegalArgumentException telling the names that there are
     */
    public void check(String owner, ParameterLayout model) {
        List<TensorSpec> found = in(model);
        if (found.isEmpty() || found.size() == model.tensors().size()) {
            throw new IllegalArgumentException(
                    "%s: expected that %s names some tensors of the model and not all, found %d of %s"
                            .formatted(
                                    owner,
                                    globs,
                                    found.size(),
                                    model.tensors().stream().map(TensorSpec::name).toList()));
        }
    }

    private Pattern pattern() {
        return Pattern.compile(globs.stream().map(TensorNames::regex).collect(joining("|")));
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
