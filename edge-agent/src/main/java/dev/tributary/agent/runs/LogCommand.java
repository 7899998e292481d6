package dev.tributary.agent.runs;

import dev.tributary.protocol.Json;
import dev.tributary.protocol.RunEvent;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code tributary run log}. */
@Command(name = "log", description = "Print what has happened in a run.")
final class LogCommand implements Callable<Integer> {
    @Mixin private RunsServer server = new RunsServer();
    @Mixin private Following following = new Following();
    @Mixin private ChosenRun run = new ChosenRun();

    @Option(names = "--follow", description = "Go on until the run has ended.")
    private boolean follow;

    @Option(
            names = "--after",
            defaultValue = "0",
            paramLabel = "<n>",
            description = "Leave out the first n events (default: none).")
    private long after;

    @Override
    public Integer call() {
        try (RunsClient client = server.open()) {
            String id = run.id(client);
            long last =
                    client.show(id).events().stream().mapToLong(RunEvent::sequence).max().orElse(0);
            long known = after;
            while (known < last || follow) {
                long from = known;
                List<RunEvent> events =
                        following.ask(() -> client.events(id, from), System.err::println);
                for (RunEvent event : events) {
                    server.println(server.json() ? Json.write(event) : Texts.event(event));
                    known = event.sequence();
                }
                if (events.isEmpty()
                        && following.ask(() -> client.show(id), System.err::println).ended()) {
                    break;
                }
            }
        }
        return 0;
    }
}
