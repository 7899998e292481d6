package dev.tributary.server.http;

import java.util.Set;

/** What is found at a path. Thread-safe. */
interface Resource {

    /** The methods that it answers, in capitals. */
    Set<String> methods();

    /**
     * Answers a request with one of {@link #methods}, now or later.
     *
     * @throws dev.tributary.server.round.RefusedException if the request is wrong; it becomes the
     *     answer
     */
    void handle(Exchange exchange);
}
