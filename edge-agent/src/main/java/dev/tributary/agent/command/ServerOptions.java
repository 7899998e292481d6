package dev.tributary.agent.command;

import dev.tributary.agent.RetryPolicy;
import dev.tributary.agent.ServerUrl;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.cli.CommandException;
import dev.tributary.cli.CredentialsOption;
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
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The options that say where the server is, and how long to look for it. */
public final class ServerOptions {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)?");
    private static final long LOOK_EVERY_MILLIS = 10;

    @ArgGroup(multiplicity = "1")
    private @Nullable Address address;

    @Option(
            names = "--retry-for",
            paramLabel = "<time>",
            defaultValue = "5m",
            description = "How long to try again when the server is gone (default: 5m).")
    private String retryFor = "5m";

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
        return RetryPolicy.lasting(duration(retryFor));
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
        long deadline = System.nanoTime() + duration(retryFor).toNanos();
        try {
            while (true) {
                String text = Files.exists(file) ? Files.readString(file) : "";
                if (!text.isBlank()) {
                    return text;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new CommandException(
                            "no server told its address in %s within %s".formatted(file, retryFor));
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

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new CommandException(
                    "--retry-for: expected a time such as 30s, 5m or 1h, found \"" + text + "\"");
        }
        long count = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofSeconds(count);
        };
    }
}
