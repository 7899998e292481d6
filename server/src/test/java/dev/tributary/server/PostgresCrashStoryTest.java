package dev.tributary.server;

import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.PostgresServer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** With PostgreSQL, which crashes too, in the middle of rounds: with the server and alone. */
final class PostgresCrashStoryTest extends CrashStory {
    private static @Nullable PostgresServer postgres;

    @BeforeAll
    static void startDatabase() throws IOException {
        Optional<Path> programs = PostgresServer.programs();
        Assumptions.assumeTrue(programs.isPresent(), "no PostgreSQL is installed");
        postgres = PostgresServer.create(programs.orElseThrow());
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Override
    Optional<DatabaseAddress> database() {
        return Optional.of(DatabaseAddress.of(postgres().url(), Map.of()));
    }

    @Override
    void disturb() throws IOException {
        postgres().stopAtOnce();
        postgres().start();
    }

    private static PostgresServer postgres() {
        return Objects.requireNonNull(postgres, "the tests are skipped without it");
    }
}
