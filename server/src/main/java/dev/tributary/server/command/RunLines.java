package dev.tributary.server.command;

import dev.tributary.cli.Format;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.RunListener;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** What becomes of a standing server's runs, a line each; for scripts as JSON at their ends. */
record RunLines(PrintStream out, boolean json) implements RunListener {
    @Override
    public void note(String line) {
        out.println(Format.printable(line));
        out.flush();
    }

    @Override
    public void ended(RunStatus last, Path directory) {
        note(
                "run %s %s after %d rounds: %s"
                        .formatted(
                                last.runId(),
                                last.state().name().toLowerCase(Locale.ROOT),
                                last.modelVersion(),
                                last.message()));
        if (json) {
            System.out.println(Json.write(RunOutcome.of(last, directory)));
        }
    }
}
