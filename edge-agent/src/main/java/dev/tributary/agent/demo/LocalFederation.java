package dev.tributary.agent.demo;

import dev.tributary.cli.CommandException;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A server and its agents as processes, all started at once: the agents load their data while the
 * server starts, and wait for the file in which it tells its port.
 *
 * <p>No process outlives this one: they end when their standard input does. Used by one thread, but
 * {@link #close()} may come from a shutdown hook meanwhile.
 */
public final class LocalFederation implements AutoCloseable {
    /** Exit codes above are those of processes ended by a signal. */
    private static final int SIGNALS_FROM = 128;

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final List<String> jvmFlags;
    private final Path workDirectory;
    private final Path portFile;
    private final ChildProcess server;
    private final List<ChildProcess> agents = new ArrayList<>();
    private final Map<String, List<String>> clients;
    private final Set<String> reported = new HashSet<>();
    private @Nullable StatusClient status;
    private volatile Path logs;
    private volatile boolean closed;

    private LocalFederation(FederationPlan plan) throws IOException {
        jvmFlags = plan.jvmFlags();
        clients = plan.clients();
        Files.createDirectories(plan.runsDirectory());
        workDirectory = Files.createTempDirectory(plan.runsDirectory(), "starting-");
        logs = Files.createDirectory(workDirectory.resolve("logs"));
        portFile = workDirectory.resolve("port");
        Path runFile = workDirectory.resolve("run.yaml");
        Files.writeString(runFile, RunFile.write(plan.run()));
        server = start("server", serverArguments(plan, runFile));
        try {
            for (Map.Entry<String, List<String>> agent : plan.agents().entrySet()) {
                List<String> arguments = new ArrayList<>(plan.agentCommand());
                arguments.addAll(List.of("--server-file", portFile.toString()));
                arguments.addAll(agent.getValue());
                agents.add(start(agent.getKey(), arguments));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Starts all processes. */
    public static LocalFederation start(FederationPlan plan) throws IOException {
        return new LocalFederation(plan);
    }

    /**
     * The run as the server tells it; empty while the server starts.
     *
     * @throws CommandException if the server has ended although the run has not
     */
    public Optional<RunStatus> poll() {
        Optional<RunStatus> answer = client().flatMap(StatusClient::poll);
        answer.ifPresent(this::settleLogs);
        if (answer.isEmpty() && !server.alive() && !closed) {
            String last = ChildProcess.lastLine(log("server"));
            throw new CommandException(
                    keepsLogs()
                            ? "the server ended (exit code %d): %s; its log is %s"
                                    .formatted(server.exitCode(), last, log("server"))
                            : last);
        }
        return answer;
    }

    /**
     * One line for each agent that has ended with a failure since the last call; the server is told
     * that its clients have gone.
     */
    public List<String> newlyDead() {
        List<String> dead = new ArrayList<>();
        for (ChildProcess agent : agents) {
            if (!agent.alive() && agent.exitCode() != 0 && reported.add(agent.name())) {
                dead.add(obituary(agent));
                client().ifPresent(server -> hosted(agent).forEach(server::leave));
            }
        }
        return closed ? List.of() : dead;
    }

    private List<String> hosted(ChildProcess agent) {
        return clients.getOrDefault(agent.name(), List.of());
    }

    /** Whether any agent is alive. */
    public boolean anyAgentAlive() {
        return agents.stream().anyMatch(ChildProcess::alive);
    }

    /** The server's process id. */
    public long serverPid() {
        return server.pid();
    }

    /** Where the server is; empty while it starts. */
    public Optional<URI> serverUrl() {
        return client().map(StatusClient::server);
    }

    /** The agents' process ids, by name. */
    public Map<String, Long> agentPids() {
        Map<String, Long> pids = new LinkedHashMap<>();
        agents.forEach(agent -> pids.put(agent.name(), agent.pid()));
        return pids;
    }

    /** For the end of a message: where more is to be read, if there is more. */
    String whereMoreIs() {
        return keepsLogs() ? "; the logs are in " + logs : "";
    }

    /** What is left when it is stopped now, for people. */
    public String whereFilesAre() {
        return logs.startsWith(workDirectory)
                ? "no run has begun"
                : "the last published model and the metrics are in " + logs.getParent();
    }

    /** Waits for the agents to end by themselves, after the run has. */
    public void awaitAgents(Duration time) throws InterruptedException {
        awaitEnd(agents, time);
    }

    /** Ends all processes: asks first, then insists. */
    @Override
    public synchronized void close() {
        closed = true;
        boolean kept = keepsLogs();
        all().forEach(ChildProcess::terminate);
        try {
            awaitEnd(all(), GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all().stream().filter(ChildProcess::alive).forEach(ChildProcess::kill);
        StatusClient open = status;
        if (open != null) {
            open.close();
        }
        deleteWork(kept);
    }

    /** A process that never came to a run and ended with a message has nothing else in its log. */
    private boolean keepsLogs() {
        return !logs.startsWith(workDirectory) || all().stream().anyMatch(LocalFederation::crashed);
    }

    private static boolean crashed(ChildProcess process) {
        return !process.alive() && process.exitCode() > CommandLine.ExitCode.USAGE;
    }

    private String obituary(ChildProcess agent) {
        int code = agent.exitCode();
        return code > SIGNALS_FROM
                ? "agent %s was killed (signal %d)".formatted(agent.name(), code - SIGNALS_FROM)
                : "agent %s ended (exit code %d): %s"
                        .formatted(agent.name(), code, ChildProcess.lastLine(log(agent.name())));
    }

    private static void awaitEnd(List<ChildProcess> processes, Duration time)
            throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        for (ChildProcess process : processes) {
            process.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
    }

    private List<ChildProcess> all() {
        List<ChildProcess> all = new ArrayList<>(agents);
        all.add(server);
        return all;
    }

    private ChildProcess start(String name, List<String> arguments) throws IOException {
        return ChildProcess.start(name, jvmFlags, arguments, log(name));
    }

    private List<String> serverArguments(FederationPlan plan, Path runFile) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("server", runFile.toString()));
        arguments.addAll(List.of("--host", "127.0.0.1", "--port", "0"));
        arguments.addAll(List.of("--port-file", portFile.toString()));
        arguments.addAll(List.of("--new", "--runs-dir", plan.runsDirectory().toString()));
        // It stays until it is told to go, so that the last status is not missed.
        arguments.add("--no-exit-when-finished");
        // It is private: who leaves the demo leaves nothing that could go on.
        arguments.add("--stop-on-signal");
        arguments.addAll(plan.serverOptions());
        return arguments;
    }

    private Path log(String name) {
        return logs.resolve(name + ".log");
    }

    private Optional<StatusClient> client() {
        if (status == null && Files.exists(portFile)) {
            try {
                String address = Files.readString(portFile).strip();
                if (!address.isEmpty()) {
                    status = new StatusClient(URI.create("http://" + address));
                }
            } catch (IOException e) {
                throw new CommandException("the server's port cannot be read", e);
            }
        }
        return Optional.ofNullable(status);
    }

    /** Only the server knows the run's directory; until it tells, logs lie beside. */
    private void settleLogs(RunStatus run) {
        if (!logs.startsWith(workDirectory)) {
            return;
        }
        Path home = workDirectory.resolveSibling(run.runId()).resolve("logs");
        try {
            Files.move(logs, home);
            logs = home;
        } catch (IOException e) {
            // Where open files cannot be moved, they are when the processes have ended.
        }
    }

    /** Logs of a start that crashed stay, since nothing else tells of it. */
    private void deleteWork(boolean logsStay) {
        try {
            Files.deleteIfExists(portFile);
            Files.deleteIfExists(workDirectory.resolve("run.yaml"));
            if (!logsStay) {
                for (ChildProcess process : all()) {
                    Files.deleteIfExists(log(process.name()));
                }
                Files.deleteIfExists(logs);
            }
            if (!Files.exists(workDirectory.resolve("logs"))) {
                Files.deleteIfExists(workDirectory);
            }
        } catch (IOException e) {
            // Litter beside the runs is no reason to fail.
        }
    }
}
