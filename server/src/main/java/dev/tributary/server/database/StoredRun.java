package dev.tributary.server.database;

import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A run as the database knows it.
 *
 * @param asked what was asked for
 * @param state in what part of its life it was last
 * @param message why it ended or what it waits for; may be empty
 * @param created by the database's clock, for people
 * @param ended by the database's clock; null while it has not
 * @param report its last status in brief, as JSON; null before it has ended once
 */
public record StoredRun(
        NewRun asked,
        RunStatus.State state,
        String message,
        Instant created,
        @Nullable Instant ended,
        @Nullable String report) {}
