package dev.tributary.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.server.database.DatabaseAddress;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server in a process of its own, to be killed. */
public final class CrashServer {
    private static final long BACK_OFF_NANOS = 5_000_000;

    private CrashServer() {}

    static RunConfig config(int clients, int rounds) {
        return RunConfig.builder(
                        new ModelSpec("vector", Map.of()), DataConfig.of(DataConfig.NONE, clients))
                .name("crash")
                .device("cpu")
                .cohort(CohortConfig.of(clients).withMinimum(clients).withAttempts(3))
                .rounds(rounds)
                .evaluation(new EvaluationConfig(false, false, 1))
                .build();
    }

    static VectorModel model() {
        return VectorModel.of(3000);
    }

    /** Arguments: runs directory, port file, run file, and a database if it is no file. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        RunConfig config = RunFile.read(Path.of(arguments[2]));
        ServerOptions.Builder options =
                ServerOptions.builder(Path.of(arguments[0])).poll(Duration.ofSeconds(2));
        if (arguments.length > 3) {
            options.database(DatabaseAddress.of(arguments[3], Map.of()));
        }
        try (FederatedServer server = FederatedServer.start(config, options.build(), model())) {
            Path port = Path.of(arguments[1]);
            Path unfinished = port.resolveSibling("port.tmp");
            Files.writeString(unfinished, server.url().toString(), UTF_8);
            Files.move(unfinished, port, ATOMIC_MOVE, REPLACE_EXISTING);
            System.out.println("sha256 " + server.awaitEnd().modelSha256());
            server.agentsTold().orTimeout(20, TimeUnit.SECONDS).exceptionally(e -> null).join();
        }
    }

    /** Starts it as a user would: the same command each time. */
    static Process start(Path directory, RunConfig config, Optional<DatabaseAddress> database)
            throws IOException {
        Path runFile = Files.writeString(directory.resolve("run.yaml"), RunFile.write(config));
        Path port = port(directory);
        Files.deleteIfExists(port);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(CrashServer.class.getName(), directory.resolve("runs").toString()));
        command.addAll(List.of(port.toString(), runFile.toString()));
        database.ifPresent(address -> command.add(address.url()));
        File log = directory.resolve("server.log").toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    /** Where it serves, once it does. */
    static URI await(Path directory, Process process) throws IOException {
        while (!Files.exists(port(directory))) {
            if (!process.isAlive()) {
                throw new AssertionError(Files.readString(directory.resolve("server.log")));
            }
            LockSupport.parkNanos(BACK_OFF_NANOS);
        }
        return URI.create(Files.readString(port(directory)));
    }

    private static Path port(Path directory) {
        return directory.resolve("port");
    }
}
