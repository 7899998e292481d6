package dev.tributary.agent.runs;

import dev.tributary.agent.ServerUrl;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.cli.CredentialsOption;
import dev.tributary.credentials.Role;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

import java.io.PrintWriter;
import java.net.URI;
import java.util.Objects;

/** The options that all of the commands have: which server, and for whom the output is. */
final class RunsServer {
    @Spec(Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--server",
            paramLabel = "<url>",
            description = {
                "The server (default: http://127.0.0.1:8080,",
                "with --credentials https://127.0.0.1:8080)."
            })
    private @Nullable String url;

    @Mixin private CredentialsOption credentials = new CredentialsOption();

    @Option(names = "--json", description = "Print JSON, a line each.")
    private boolean json;

    URI url() {
        String usual = (credentials.given() ? "https" : "http") + "://127.0.0.1:8080";
        return ServerUrl.parse(url == null ? usual : url);
    }

    /** What a further command must say to ask the same server as the same holder. */
    String options() {
        return (url == null ? "" : " --server " + url) + credentials.option();
    }

    /** Connects with the first request. */
    RunsClient open() {
        return new RunsClient(
                ServerAddress.of(url(), credentials.read(Role.OPERATOR, Role.AGENT, Role.RELAY)));
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
