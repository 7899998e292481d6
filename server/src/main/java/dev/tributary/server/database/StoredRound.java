package dev.tributary.server.database;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A round as the database knows it.
 *
 * @param start its newest attempt
 * @param end null while it is open
 * @param opened by the database's clock, for people
 * @param closed by the database's clock; null while it is open
 */
public record StoredRound(
        RoundStart start, @Nullable RoundEnd end, Instant opened, @Nullable Instant closed) {

    /** Whether updates may still count in it. */
    public boolean open() {
        return end == null;
    }

    /** The model version to go on from. */
    public int version() {
        return end == null ? start.baseVersion() : end.publishedVersion();
    }
}
