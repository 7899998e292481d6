package dev.tributary.stories.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.DatabaseAddress;
import dev.tributary.server.database.StoredRun;
import dev.tributary.testkit.FreePort;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A server and agents as processes, with a bad network between them. One thread. */
final class ChaosFederation implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Path runs;
    private final ChaosProxy proxy;
    private final HttpTransport direct;
    private final Mortal server;
    private final List<Mortal> agents = new ArrayList<>();
    private String run = "";

    /**
     * Starts all.
     *
     * @param data options of {@code tributary agent} that say which data is to be shared
     * @param directory for everything
     */
    ChaosFederation(RunConfig run, List<String> data, Path directory, SplittableRandom random)
            throws IOException {
        this.runs = directory.resolve("runs");
        Path runFile = directory.resolve("run.yaml");
        Files.writeString(runFile, RunFile.write(run), UTF_8);
        int port = FreePort.find();
        this.proxy = new ChaosProxy(port, random);
        this.direct = HttpTransport.open(URI.create("http://127.0.0.1:" + port));
        this.server = new Mortal("server", serverCommand(runFile, port), directory);
        int clients = run.data().partition().clients();
        for (int i = 0; i < clients; i++) {
            List<String> command = new ArrayList<>(List.of("agent"));
            command.addAll(List.of("--server", proxy.url().toString(), "--device", "cpu"));
            command.addAll(List.of("--state-dir", directory.resolve("state").toString()));
            command.addAll(List.of("--clients", "" + clients, "--index", "" + i));
            command.addAll(List.of("--seed", "" + run.seed()));
            command.addAll(data);
            agents.add(new Mortal("client-" + i, command, directory));
        }
    }

    Mortal server() {
        return server;
    }

    List<Mortal> agents() {
        return agents;
    }

    ChaosProxy proxy() {
        return proxy;
    }

    /** As the server tells it, not through the bad network; empty while it is away. */
    Optional<RunStatus> status() {
        try {
            if (run.isEmpty()) {
                HttpReply all = direct.send(HttpCall.get(Paths.RUNS, PATIENCE), null);
                JsonArray runs = JsonParser.parseString(all.text()).getAsJsonArray();
                run = runs.isEmpty() ? "" : id(runs.get(0));
            }
            if (run.isEmpty()) {
                return Optional.empty();
            }
            HttpReply reply = direct.send(HttpCall.get(Paths.run(run), PATIENCE), null);
            return reply.ok()
                    ? Optional.of(Json.read(reply.text(), RunStatus.class))
                    : Optional.empty();
        } catch (IOException | JsonParseException | IllegalStateException e) {
            // Away, or about to stop.
            return Optional.empty();
        }
    }

    private static String id(JsonElement run) {
        return run.getAsJsonObject().get("runId").getAsString();
    }

    /** As it is on disk; only while the server is dead. */
    List<StoredRun> storedRuns() {
        try (Database database = database()) {
            return database.runs().list();
        }
    }

    Database database() {
        return Database.open(DatabaseAddress.inDirectory(runs));
    }

    Path runDirectory(String run) {
        return runs.resolve(run);
    }

    /** What all processes said last. */
    String lastWords() throws IOException {
        StringBuilder words = new StringBuilder(server.lastWords());
        for (Mortal agent : agents) {
            words.append(agent.lastWords());
        }
        return words.toString();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Mortal agent : agents) {
            agent.close();
        }
        server.close();
        direct.close();
        proxy.close();
    }

    private List<String> serverCommand(Path runFile, int port) {
        return List.of(
                "server",
                runFile.toString(),
                "--host",
                "127.0.0.1",
                "--port",
                "" + port,
                "--runs-dir",
                runs.toString());
    }
}
