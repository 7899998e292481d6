package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.DurationConverter;
import dev.tributary.credentials.Role;
import dev.tributary.server.relay.Relay;
import dev.tributary.server.relay.RelayOptions;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code tributary relay --parent URL}: stands between a server and some of its agents. */
@Command(
        name = "relay",
        description = {
            "Stand between a server and some of its agents: a server to them.",
            "Fetches each model once, and sends exact sums in place of updates.",
            "The run's model is the same, bit for bit, as without it.",
            "Killed and started again at the same port, it goes on.",
            "Ends when the parent's run has, or when stopped."
        })
public final class RelayCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 25;

    @Mixin private ListenOptions listen = new ListenOptions();

    @Option(
            names = "--parent",
            required = true,
            paramLabel = "<url>",
            description = "The server, or the next relay on the way to it.")
    private @Nullable URI parent;

    @Option(
            names = "--work-dir",
            defaultValue = "relay",
            paramLabel = "<dir>",
            description = "Where models and updates wait; one relay each (default: relay).")
    private Path workDirectory = Path.of("relay");

    @Option(
            names = "--hold",
            defaultValue = "2s",
            paramLabel = "<time>",
            converter = DurationConverter.class,
            description =
                    "How long an update waits for others to be added to, as 500ms, 2s or in seconds"
                            + " (default: ${DEFAULT-VALUE}).")
    private Duration hold = Duration.ofSeconds(2);

    @Option(
            names = "--grace",
            defaultValue = "10s",
            paramLabel = "<time>",
            converter = DurationConverter.class,
            description =
                    "How long to wait for agents to hear of the end, once one has, as 60s, 5m or in"
                            + " seconds (default: ${DEFAULT-VALUE}).")
    private Duration grace = Duration.ofSeconds(10);

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Integer call() throws Exception {
        try (Relay relay = Relay.start(options())) {
            Runtime.getRuntime().addShutdownHook(new Thread(relay::close, "shutdown"));
            StopSignals.listen();
            System.out.printf("relaying at %s to %s%n", relay.url(), parent);
            listen.tell(relay.url());
            relay.finished().get();
        }
        return 0;
    }

    private RelayOptions options() {
        URI url = parent;
        if (url == null) {
            throw new CommandException("--parent: expected the URL of a server, found none");
        }
        try {
            return new RelayOptions(
                    url,
                    listen.host(),
                    listen.port(ListenOptions.RELAY_PORT),
                    workDirectory,
                    hold,
                    grace,
                    listen.credential(Role.RELAY));
        } catch (IllegalArgumentException e) {
            throw new CommandException(String.valueOf(e.getMessage()));
        }
    }
}
