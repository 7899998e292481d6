package dev.tributary.agent.runs;

import dev.tributary.protocol.Json;
import dev.tributary.protocol.RunEvent;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

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
            String id = ask(() -> run.id(client));
            long last =
                    ask(() -> client.show(id)).events().stream()
                            .mapToLong(RunEvent::sequence)
                            .max()
                            .orElse(0);
            long known = after;
            while (known < last || follow) {
                long from = known;
                List<RunEvent> events = ask(() -> client.events(id, from));
                for (RunEvent event : events) {
                    server.println(server.json() ? Json.write(event) : Texts.event(event));
                    known = event.sequence();
                }
                if (events.isEmpty() && ask(() -> client.show(id)).ended()) {
                    break;
                }
            }
        }
        return 0;
    }

    private <T> T ask(Supplier<T> question) {
        return following.ask(question, System.err::println);
    }
}
