package dev.tributary.simulation;

import dev.tributary.random.RandomStreams;

import java.util.Comparator;

/**
 * A client at work on a version of the model.
 *
 * @param client its id
 * @param base the version that it has received
 * @param streams of its draws
 * @param answers whether an update comes; if not, the end is when nobody waits for it any more
 * @param late whether an update would come after that
 * @param end on the virtual clock
 */
record InFlight(
        String client,
        ModelVersion base,
        RandomStreams streams,
        boolean answers,
        boolean late,
        double end) {
    /** Who is done first; of several at once, by id. */
    static final Comparator<InFlight> BY_END =
            Comparator.comparing(InFlight::end).thenComparing(InFlight::client);
}
