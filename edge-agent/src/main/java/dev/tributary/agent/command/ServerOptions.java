package dev.tributary.agent.command;

import dev.tributary.agent.RetryPolicy;
import dev.tributary.agent.ServerUrl;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.cli.CommandException;
import dev.tributary.cli.CredentialsOption;
import dev.tributary.cli.DurationConverter;
import dev.tributary.cli.Format;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.Role;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The options that say where the server is, and how long to look for it. */
public final class ServerOptions {
    private static final long LOOK_EVERY_MILLIS = 10;

    @ArgGroup(multiplicity = "1")
    private @Nullable Address address;

    @Option(
            names = "--retry-for",
            paramLabel = "<time>",
            defaultValue = "5m",
            converter = DurationConverter.class,
            description =
                    "How long to try again when the server is gone, as 60s, 5m, 1h or in seconds"
                            + " (default: ${DEFAULT-VALUE}).")
    private Duration retryFor = Duration.ofMinutes(5);

    private static final class Address {
        @Option(
                names = "--server",
                paramLabel = "<url>",
                description = "The server, such as http://host:8080.")
        private @Nullable String url;

        @Option(
                names = "--server-file",
                paramLabel = "<file>",
                description =
                        "Wait for this file and read the server's address from it, as"
                                + " 'tributary server --port-file' writes it.")
        private @Nullable Path file;
    }

    @Mixin private CredentialsOption credentials = new CredentialsOption();
    private @Nullable ServerAddress found;

    /** For picocli. */
    public ServerOptions() {}

    /**
     * How long to try again.
     *
     * @throws RuntimeException if that, the server's URL or the credential is wrong: told before
     *     data is loaded
     */
    public RetryPolicy retries() {
        if (address != null && address.url != null) {
            ServerAddress unused = server();
        } else {
            Optional<Credential> unused = credential();
        }
        return RetryPolicy.lasting(retryFor);
    }

    /**
     * Where the server is, and as whom to connect; waits for it where a file will tell.
     *
     * @throws RuntimeException if there is none, or it does not go with the credential
     */
    public ServerAddress server() {
        ServerAddress known = found;
        if (known == null) {
            known = ServerAddress.of(url(), credential());
            found = known;
        }
        return known;
    }

    private Optional<Credential> credential() {
        return credentials.read(Role.AGENT, Role.OPERATOR);
    }

    private URI url() {
        Address given = address;
        if (given != null && given.url != null) {
            return ServerUrl.parse(given.url);
        }
        if (given == null || given.file == null) {
            throw new CommandException("expected --server or --server-file, found neither");
        }
        String text = await(given.file).strip();
        return ServerUrl.parse(text.contains("://") ? text : "http://" + text);
    }

    private String await(Path file) {
        long deadline = System.nanoTime() + retryFor.toNanos();
        try {
            while (true) {
                String text = Files.exists(file) ? Files.readString(file) : "";
                if (!text.isBlank()) {
                    return text;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new CommandException(
                            "no server told its address in %s within %s"
                                    .formatted(file, Format.duration(retryFor.toMillis() / 1e3)));
                }
                Thread.sleep(LOOK_EVERY_MILLIS);
            }
        } catch (IOException e) {
            throw new CommandException("the server's address cannot be read from " + file, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted while waiting for the server's address", e);
        }
    }
}
