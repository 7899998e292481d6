package dev.tributary.server;

import dev.tributary.server.database.DatabaseAddress;

import java.util.Optional;

/** With the database that there is without asking: a file. */
final class CrashStoryTest extends CrashStory {
    @Override
    Optional<DatabaseAddress> database() {
        return Optional.empty();
    }

    @Override
    void disturb() {
        // The file is in the process that is killed.
    }
}
