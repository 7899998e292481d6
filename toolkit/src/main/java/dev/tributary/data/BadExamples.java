package dev.tributary.data;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/**
 * What happens to rows, lines and images that cannot be read: the first is refused, or all are
 * skipped and counted.
 *
 * <p>Belongs to one part of one data set while it is read. One thread.
 */
public final class BadExamples {
    /** The option by which users choose. */
    public static final String OPTION = "bad-examples";

    /** What the option means. */
    public static final String LINE =
            "refuse (default): one that cannot be read is an error; skip: it is left out, and the"
                    + " log says how many and why the first";

    private static final Logger LOG = LoggerFactory.getLogger(BadExamples.class);

    private final boolean skip;
    private int count;
    private @Nullable String first;

    private BadExamples(boolean skip) {
        this.skip = skip;
    }

    /** A bad example ends the reading. */
    public static BadExamples refused() {
        return new BadExamples(false);
    }

    /**
     * As the user chose.
     *
     * @throws DataException if the choice is none
     */
    public static BadExamples of(Options options) {
        return new BadExamples(
                options.choice(OPTION, "refuse", List.of("refuse", "skip")).equals("skip"));
    }

    /** Whether bad examples are left out. */
    public boolean skip() {
        return skip;
    }

    /** How many were left out. */
    public int count() {
        return count;
    }

    /**
     * Takes note of a bad example.
     *
     * @throws DataException the problem itself, if bad examples are refused
     */
    public void add(DataException problem) {
        if (!skip) {
            throw problem;
        }
        count++;
        if (first == null) {
            first = problem.getMessage();
        }
    }

    /**
     * Ends the reading: what was left out is told to the log.
     *
     * @param source where it was read from
     * @param what what one is called: "row"
     * @param good how many could be read
     * @throws DataException if there is none
     */
    public void report(String source, String what, int good) {
        String summary = "%,d skipped, the first: %s".formatted(count, first);
        if (good == 0) {
            throw new DataException(
                    "%s: expected at least one %s, found none%s"
                            .formatted(source, what, count == 0 ? "" : "; " + summary));
        }
        if (count > 0) {
            LOG.warn("{}: of {} {}s {}", source, good + count, what, summary);
        }
    }
}
