package dev.tributary.agent.runs;

import dev.tributary.cli.ShutdownHook;
import dev.tributary.cli.display.FederationDisplay;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.RunStatus;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code tributary run watch}: may be left at any time; the run goes on. */
@Command(
        name = "watch",
        description = {
            "Follow a run to its end; Ctrl-C leaves it alone.",
            "Ends with status 0 if the run finished as planned."
        })
final class WatchCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofMillis(250);

    @Mixin private RunsServer server = new RunsServer();
    @Mixin private Following following = new Following();
    @Mixin private ChosenRun run = new ChosenRun();

    @Override
    public Integer call() {
        try (RunsClient client = server.open();
                FederationDisplay display = FederationDisplay.system(server.json());
                ShutdownHook hook = ShutdownHook.of("watch-stop", display::close)) {
            RunStatus last = follow(client, display);
            if (server.json()) {
                server.println(Json.write(last));
            }
            return last.state() == RunStatus.State.FINISHED ? 0 : 1;
        }
    }

    private RunStatus follow(RunsClient client, FederationDisplay display) {
        String id = following.ask(() -> run.id(client), display::note);
        while (true) {
            RunStatus status = following.ask(() -> client.show(id), display::note);
            display.update(status);
            if (status.ended()) {
                return status;
            }
            Following.pause(LOOK);
        }
    }
}
