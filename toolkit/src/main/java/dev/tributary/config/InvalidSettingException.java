package dev.tributary.config;

/**
 * A setting has a value that it cannot have, by itself or beside another setting: who reads the run
 * file tells its line.
 */
public final class InvalidSettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String path;
    private final String expected;
    private final String found;

    /**
     * Tells what is wrong.
     *
     * @param path the setting with dots between the sections, such as {@code cohort.size}
     * @param expected what would have been right
     * @param found what is there instead
     */
    public InvalidSettingException(String path, String expected, String found) {
        super("%s: expected %s, found %s".formatted(path, expected, found));
        this.path = path;
        this.expected = expected;
        this.found = found;
    }

    /**
     * The same as one of a run file's problems.
     *
     * @param line where the setting is; 0 if that is not known
     */
    public Problem at(int line) {
        return new Problem(line, path, expected, found);
    }

    String path() {
        return path;
    }
}
