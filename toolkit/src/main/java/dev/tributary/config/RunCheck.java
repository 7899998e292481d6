package dev.tributary.config;

import java.util.List;

/**
 * Looks further into a run than its file's form, for somebody who knows more: what there is of what
 * it names.
 */
@FunctionalInterface
public interface RunCheck {
    /** Finds nothing. */
    RunCheck NONE = (run, sound) -> List.of();

    /**
     * What is wrong.
     *
     * @param run the run, with defaults in place of what is wrong by its form already
     * @param sound whether nothing is; what only holds between settings is not to be told otherwise
     * @return problems without lines, which are found by their paths
     */
    List<Problem> problems(RunConfig run, boolean sound);
}
