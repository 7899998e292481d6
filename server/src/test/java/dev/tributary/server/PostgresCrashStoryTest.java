package dev.tributary.server;

import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.Postgres;

import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** With PostgreSQL, which crashes too, in the middle of rounds: with the server and alone. */
final class PostgresCrashStoryTest extends CrashStory {
    @RegisterExtension private static final Postgres POSTGRES = new Postgres();

    @Override
    Optional<DatabaseAddress> database() {
        return Optional.of(DatabaseAddress.of(POSTGRES.server().url(), Map.of()));
    }

    @Override
    void disturb() throws IOException {
        POSTGRES.server().stopAtOnce();
        POSTGRES.server().start();
    }
}
