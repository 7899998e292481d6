package dev.tributary.agent.doctor;

/**
 * One thing that the doctor looked at.
 *
 * @param name what, in lower-case-with-dashes
 * @param level whether that is good
 * @param text what was found, and what to do about it
 */
record Finding(String name, Level level, String text) {

    /** Whether something is good. */
    enum Level {
        /** As it should be. */
        OK,
        /** It works, but something is missing. */
        NOTE,
        /** It does not work. */
        PROBLEM
    }

    static Finding ok(String name, String text) {
        return new Finding(name, Level.OK, text);
    }

    static Finding note(String name, String text) {
        return new Finding(name, Level.NOTE, text);
    }

    static Finding problem(String name, String text) {
        return new Finding(name, Level.PROBLEM, text);
    }
}
