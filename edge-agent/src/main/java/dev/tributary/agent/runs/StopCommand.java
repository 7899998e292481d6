package dev.tributary.agent.runs;

import dev.tributary.protocol.RunStatus;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

/** {@code tributary run stop}. */
@Command(
        name = "stop",
        description = "End a run for good; what it has published last is its result.")
final class StopCommand implements Callable<Integer> {
    @Mixin private RunsServer server = new RunsServer();

    @Parameters(paramLabel = "<run>", description = "The run's id.")
    private String run = "";

    @Override
    public Integer call() {
        try (RunsClient client = server.open()) {
            RunStatus status = client.stop(run);
            server.print(status, "stopping run %s: it is %s".formatted(run, Texts.state(status)));
        }
        return 0;
    }
}
