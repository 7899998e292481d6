package dev.tributary.protocol;

/**
 * Something worth a line in the log of a run.
 *
 * @param sequence counts from 1 within the run
 * @param elapsedSeconds since the run was created
 * @param level how much it matters
 * @param message one sentence
 */
public record RunEvent(long sequence, double elapsedSeconds, Level level, String message) {

    /** How much it matters. */
    public enum Level {
        /** As expected. */
        INFO,
        /** The run goes on, but somebody may want to know. */
        WARNING,
        /** The run cannot go on. */
        ERROR
    }

    /** Whether somebody may want to act: it is a warning or an error. */
    public boolean isWarning() {
        return level != Level.INFO;
    }
}
