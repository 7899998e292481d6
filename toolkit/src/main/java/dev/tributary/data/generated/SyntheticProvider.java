package dev.tributary.data.generated;

import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Options;
import dev.tributary.random.RandomStreams;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Map;

/**
 * Synthetic(alpha, beta) as a data set whose clients are a column.
 *
 * @see SyntheticClients
 */
public final class SyntheticProvider implements DatasetProvider {
    private static final int MAX_CLIENTS = 100_000;

    /** For the service loader. */
    public SyntheticProvider() {}

    @Override
    public String name() {
        return "synthetic";
    }

    @Override
    public String description() {
        return "LEAF's Synthetic(alpha, beta): 60 features, 10 classes, 40 to 60 examples a client,"
                + " by a rule of its own; needs no files; natural partition by \"client\"";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                "alpha", "how much the clients' rules differ, a variance, 1 by default",
                "beta", "how much their features differ, a variance, 1 by default",
                "clients", "how many, 30 by default");
    }

    @Override
    public DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of("data set \"synthetic\"", options(), options);
        SyntheticClients rule =
                new SyntheticClients(
                        checked.number("alpha", 1, 0, 1e9),
                        checked.number("beta", 1, 0, 1e9),
                        new RandomStreams(seed));
        return SyntheticSource.of(rule, checked.wholeNumber("clients", 30, 1, MAX_CLIENTS));
    }
}
