package dev.tributary.agent.demo;

import dev.tributary.credentials.Credential;
import dev.tributary.credentials.CredentialDirectory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;

/**
 * The credentials of a federation on this machine, for as long as it lasts: of the server, of each
 * agent, and of an operator.
 *
 * @param directory holds them, and is deleted by whoever named it
 */
record FederationCredentials(Path directory) {

    /** Makes them. */
    static FederationCredentials create(Path directory, Collection<String> agents)
            throws IOException {
        CredentialDirectory made =
                CredentialDirectory.open(directory, Credential.password(), Clock.systemUTC());
        made.server(List.of());
        made.operator();
        agents.forEach(made::agent);
        List<Path> unused = made.write();
        return new FederationCredentials(directory);
    }

    /** What the server's command line says of it. */
    List<String> server() {
        return option("server.p12");
    }

    /** What an agent's command line says of it. */
    List<String> agent(String name) {
        return option("agent-" + name + ".p12");
    }

    /** As whom this process connects. */
    Credential operator() {
        return Credential.read(directory.resolve("operator.p12"), Credential.password());
    }

    private List<String> option(String file) {
        return List.of("--credentials", directory.resolve(file).toString());
    }
}
