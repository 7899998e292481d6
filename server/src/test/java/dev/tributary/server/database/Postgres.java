package dev.tributary.server.database;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * One PostgreSQL server for all tests that register this, empty before each of them, however the
 * last one left it. Where none is installed they are skipped.
 *
 * @see RegisterExtension
 */
public final class Postgres implements BeforeAllCallback, BeforeEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(Postgres.class);

    private @Nullable PostgresServer server;

    public PostgresServer server() {
        return Objects.requireNonNull(server, "the tests are skipped without it");
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Optional<Path> programs = PostgresServer.programs();
        if (programs.isEmpty()) {
            System.out.printf(
                    "SKIPPED: %s: no PostgreSQL is installed%n", context.getDisplayName());
        }
        Assumptions.assumeTrue(programs.isPresent(), "no PostgreSQL is installed");
        // It is closed with what holds it: after the last test.
        server =
                context.getRoot()
                        .getStore(NAMESPACE)
                        .getOrComputeIfAbsent(
                                programs.orElseThrow(), Postgres::start, PostgresServer.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        server().clear();
    }

    private static PostgresServer start(Path programs) {
        try {
            return PostgresServer.create(programs);
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL does not start", e);
        }
    }
}
