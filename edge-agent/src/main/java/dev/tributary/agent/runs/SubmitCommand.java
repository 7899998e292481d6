package dev.tributary.agent.runs;

import dev.tributary.cli.CommandException;
import dev.tributary.protocol.RunStatus;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code tributary run submit}. */
@Command(
        name = "submit",
        description = "Hand a run file to a server, which leads the run when its turn comes.")
final class SubmitCommand implements Callable<Integer> {
    @Mixin private RunsServer server = new RunsServer();

    @Parameters(paramLabel = "<run.yaml>", description = "What the run is about.")
    private Path runFile = Path.of("run.yaml");

    @Override
    public Integer call() throws IOException {
        try (RunsClient client = server.open()) {
            RunStatus run = client.submit(read(), runFile.toString());
            server.print(
                    run,
                    "run %s is %s; 'tributary run watch %s%s' follows it"
                            .formatted(
                                    run.runId(), Texts.state(run), run.runId(), server.options()));
        }
        return 0;
    }

    private String read() throws IOException {
        try {
            return Files.readString(runFile);
        } catch (CharacterCodingException e) {
            throw new CommandException(runFile + ": expected text in UTF-8, found other bytes", e);
        }
    }
}
