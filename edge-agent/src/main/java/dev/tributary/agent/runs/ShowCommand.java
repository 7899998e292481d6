package dev.tributary.agent.runs;

import dev.tributary.protocol.RunStatus;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/** {@code tributary run show}. */
@Command(name = "show", description = "Show where a run is.")
final class ShowCommand implements Callable<Integer> {
    @Mixin private RunsServer server = new RunsServer();
    @Mixin private ChosenRun run = new ChosenRun();

    @Override
    public Integer call() {
        try (RunsClient client = server.open()) {
            RunStatus status = client.show(run.id(client));
            server.print(status, Texts.details(status));
        }
        return 0;
    }
}
