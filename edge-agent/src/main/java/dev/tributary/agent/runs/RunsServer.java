package dev.tributary.agent.runs;

import dev.tributary.agent.ServerUrl;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

import java.io.PrintWriter;
import java.net.URI;
import java.util.Objects;

/** The options that all of the commands have: which server, and for whom the output is. */
final class RunsServer {
    private static final String USUAL = "http://127.0.0.1:8080";

    @Spec(Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--server",
            defaultValue = USUAL,
            paramLabel = "<url>",
            description = "The server (default: ${DEFAULT-VALUE}).")
    private String url = USUAL;

    @Option(names = "--json", description = "Print JSON, a line each.")
    private boolean json;

    URI url() {
        return ServerUrl.parse(url);
    }

    /** What a further command must say to ask the same server: nothing for the usual one. */
    String option() {
        return url.equals(USUAL) ? "" : " --server " + url;
    }

    /** Connects with the first request. */
    RunsClient open() {
        return new RunsClient(url());
    }

    boolean json() {
        return json;
    }

    /** Prints JSON, or else the text. */
    void print(RunStatus status, String text) {
        println(json ? Json.write(status) : text);
    }

    void println(String line) {
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
