package dev.tributary.agent.state;

import java.io.IOException;

/** A file of the state is not what was written; the message says in which way. */
final class CorruptStateException extends IOException {
    private static final long serialVersionUID = 1;

    CorruptStateException(String expected, String found) {
        super("expected %s, found %s".formatted(expected, found));
    }
}
