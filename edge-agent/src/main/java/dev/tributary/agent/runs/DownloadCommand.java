package dev.tributary.agent.runs;

import dev.tributary.cli.Format;
import dev.tributary.cli.OutputFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code tributary run download}. */
@Command(
        name = "download",
        description = {
            "Fetch a run's model: its result, or the newest version while the run goes on.",
            "Broken off and started again, it goes on where it was; no other file is overwritten."
        })
final class DownloadCommand implements Callable<Integer> {
    @Mixin private RunsServer server = new RunsServer();
    @Mixin private ChosenRun run = new ChosenRun();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "<file>",
            description = "Where to (default: model.safetensors).")
    private Path output = Path.of("model.safetensors");

    @Override
    public Integer call() throws IOException {
        try (RunsClient client = server.open()) {
            String id = run.id(client);
            String sha256 = new ModelFetch(client, id, OutputFile.ready(output)).fetch();
            long bytes = Files.size(output);
            server.println(
                    server.json()
                            ? "{\"run_id\":\"%s\",\"bytes\":%d,\"sha256\":\"%s\"}"
                                    .formatted(id, bytes, sha256)
                            : "%s: the model of run %s, %s, SHA-256 %s"
                                    .formatted(output, id, Format.bytes(bytes), sha256));
        }
        return 0;
    }
}
