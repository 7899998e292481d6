package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.CredentialDirectory;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code tributary credentials}: all that a federation needs to know who is who. */
@Command(
        name = "credentials",
        description = {
            "Make the certificates of a federation.",
            "An authority of its own, one for the server, one for an operator, one for each relay",
            "and agent.",
            "Called again with the same directory, it adds to the same authority; no file is",
            "overwritten. Each file goes to its holder alone, for --credentials there.",
            "TRIBUTARY_CREDENTIALS_PASSWORD, if it is set, is the password of all files."
        })
public final class CredentialsCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 28;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "<dir>", description = "Where to; a new directory is yours alone.")
    private Path directory = Path.of("credentials");

    @Option(
            names = "--server",
            paramLabel = "<name>[,<name>...]",
            description =
                    "Host names and IP addresses by which others reach the server; localhost is"
                            + " added.")
    private @Nullable String server;

    @Option(
            names = "--relay",
            paramLabel = "<name>[,<name>...]",
            description = "The same of a relay; once for each.")
    private List<String> relays = new ArrayList<>();

    @Option(
            names = "--agents",
            split = ",",
            paramLabel = "<name>",
            description = "An agent each, called as you like: --agents site-a,site-b.")
    private List<String> agents = new ArrayList<>();

    /** For the service loader. */
    public CredentialsCommand() {}

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Integer call() throws IOException {
        CredentialDirectory federation =
                CredentialDirectory.open(directory, Credential.password(), Clock.systemUTC());
        if (federation.created() && server == null) {
            throw new CommandException(
                    "%s has no authority yet: expected --server with the names of the server, found none"
                            .formatted(directory));
        }
        if (server != null) {
            federation.server(names(server));
        }
        relays.forEach(relay -> federation.relay(names(relay)));
        if (federation.created()) {
            federation.operator();
        }
        agents.forEach(federation::agent);
        List<Path> written = federation.write();
        if (written.isEmpty()) {
            throw new CommandException("expected --server, --relay or --agents, found none");
        }
        tell(federation, written);
        return 0;
    }

    private void tell(CredentialDirectory federation, List<Path> written) {
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(federation.authority());
        written.forEach(file -> out.println("  " + file));
        if (federation.created()) {
            out.println(
                    "Whoever has authority.p12 can make more: it stays here. The others go to their"
                            + " holders, over a safe way.");
        }
        out.flush();
    }

    private static List<String> names(String list) {
        return Arrays.asList(list.split(",", -1));
    }
}
