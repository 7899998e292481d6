package dev.tributary.agent.runs;

import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

/** {@code tributary run show}. */
@Command(name = "show", description = "Show where a run is.")
final class ShowCommand implements Callable<Integer> {
    @Mixin private RunsServer server = new RunsServer();

    @Parameters(
            arity = "0..1",
            paramLabel = "<run>",
            description = "The run's id (default: the newest run).")
    private @Nullable String run;

    @Override
    public Integer call() {
        try (RunsClient client = server.open()) {
            RunStatus status = client.show(client.named(run));
            server.print(status, Texts.details(status));
        }
        return 0;
    }
}
