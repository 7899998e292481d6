package dev.tributary.objective;

import dev.tributary.data.DataException;
import dev.tributary.data.Options;
import dev.tributary.parameters.TensorNames;

import java.util.List;
import java.util.Map;

/** The option that says which tensors stay with a client. */
final class LocalTensors {
    private static final String LOCAL = "local";

    /** The option, described. */
    static final Map<String, String> OPTION =
            Map.of(LOCAL, "which tensors stay local: patterns of names, with commas between");

    private LocalTensors() {}

    /**
     * Those that the option says.
     *
     * @throws DataException if it is missing or wrong
     */
    static TensorNames read(Options options) {
        String unused = options.required(LOCAL);
        List<String> globs = options.list(LOCAL);
        if (globs.stream().anyMatch(String::isEmpty)) {
            throw new DataException(
                    "%s: option \"%s\": expected patterns with commas between, found an empty one"
                            .formatted(options.owner(), LOCAL));
        }
        return new TensorNames(globs);
    }
}
