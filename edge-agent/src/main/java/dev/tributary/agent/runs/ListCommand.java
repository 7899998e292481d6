package dev.tributary.agent.runs;

import dev.tributary.cli.Terminal;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.RunStatus;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.List;
import java.util.concurrent.Callable;

/** {@code tributary run list}. */
@Command(name = "list", description = "List the runs of a server, oldest first.")
final class ListCommand implements Callable<Integer> {
    @Mixin private RunsServer server = new RunsServer();

    @Override
    public Integer call() {
        try (RunsClient client = server.open()) {
            List<RunStatus> runs = client.list();
            if (server.json()) {
                runs.forEach(run -> server.println(Json.write(run)));
            } else {
                Terminal terminal = Terminal.system();
                int width = terminal.interactive() ? terminal.width() : Integer.MAX_VALUE;
                Texts.table(runs, width).forEach(server::println);
            }
        }
        return 0;
    }
}
