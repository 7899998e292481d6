package dev.tributary.agent.runs;

import dev.tributary.protocol.RunStatus;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.util.concurrent.Callable;

/** {@code tributary run resume}. */
@Command(
        name = "resume",
        description =
                "Let a run that was stopped or has failed go on from its last published round.")
final class ResumeCommand implements Callable<Integer> {
    @Mixin private RunsServer server = new RunsServer();

    @Parameters(paramLabel = "<run>", description = "The run's id.")
    private String run = "";

    @Override
    public Integer call() {
        try (RunsClient client = server.open()) {
            RunStatus status = client.resume(run);
            server.print(status, "resuming run %s: it is %s".formatted(run, Texts.state(status)));
        }
        return 0;
    }
}
