package dev.tributary.agent.bench;

import dev.tributary.credentials.Credential;
import dev.tributary.credentials.CredentialDirectory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * The credentials of a federation that is measured, for as long as that takes.
 *
 * @param directory holds them, and is deleted by whoever made it
 */
record BenchCredentials(Path directory) {
    private static final char[] NO_PASSWORD = new char[0];
    private static final String AGENT = "agent-bench.p12";

    /** Makes them. */
    static BenchCredentials create(Path directory) throws IOException {
        CredentialDirectory made =
                CredentialDirectory.open(directory, NO_PASSWORD, Clock.systemUTC());
        made.server(List.of("localhost"));
        made.operator();
        made.agent("bench");
        List<Path> unused = made.write();
        return new BenchCredentials(directory);
    }

    /** What the server's command line says of it. */
    List<String> server() {
        return option("server.p12");
    }

    /** What an agent's command line says of it. */
    List<String> agent() {
        return option(AGENT);
    }

    /** As whom clients of this process connect. */
    Credential client() {
        return read(AGENT);
    }

    /** As whom the server is asked how far it is. */
    Credential operator() {
        return read("operator.p12");
    }

    private Credential read(String file) {
        return Credential.read(directory.resolve(file), NO_PASSWORD);
    }

    private List<String> option(String file) {
        return List.of("--credentials", directory.resolve(file).toString());
    }
}
