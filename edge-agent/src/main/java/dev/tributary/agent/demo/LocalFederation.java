package dev.tributary.agent.demo;

import dev.tributary.agent.http.ServerAddress;
import dev.tributary.cli.CommandException;
import dev.tributary.credentials.Credential;
import dev.tributary.protocol.RunStatus;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;

import java.io.IOException;
import java.net.URI;
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
    private final FederationFiles files;
    private final ChildProcess server;
    private final List<ChildProcess> agents = new ArrayList<>();
    private final Map<String, List<String>> clients;
    private final Set<String> reported = new HashSet<>();
    private final Optional<FederationCredentials> credentials;
    private final Optional<Credential> operator;
    private @Nullable StatusClient status;
    private volatile boolean closed;

    private LocalFederation(FederationPlan plan, boolean tls) throws IOException {
        jvmFlags = plan.jvmFlags();
        clients = plan.clients();
        files = FederationFiles.create(plan.runsDirectory(), plan.run());
        credentials =
                tls ? Optional.of(files.credentials(plan.agents().keySet())) : Optional.empty();
        operator = credentials.map(FederationCredentials::operator);
        server = start("server", serverArguments(plan));
        try {
            for (Map.Entry<String, List<String>> agent : plan.agents().entrySet()) {
                List<String> arguments = new ArrayList<>(plan.agentCommand());
                arguments.addAll(List.of("--server-file", files.portFile().toString()));
                credentials.map(made -> made.agent(agent.getKey())).ifPresent(arguments::addAll);
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
        return start(plan, false);
    }

    /**
     * Starts all processes.
     *
     * @param tls whether they know each other by certificates, made for this federation alone
     */
    public static LocalFederation start(FederationPlan plan, boolean tls) throws IOException {
        return new LocalFederation(plan, tls);
    }

    /**
     * The run as the server tells it; empty while the server starts.
     *
     * @throws CommandException if the server has ended although the run has not
     */
    public Optional<RunStatus> poll() {
        Optional<RunStatus> answer = client().flatMap(StatusClient::poll);
        answer.ifPresent(run -> files.settle(run.runId()));
        if (answer.isEmpty() && !server.alive() && !closed) {
            Path log = files.log("server");
            String last = ChildProcess.lastLine(log);
            throw new CommandException(
                    keepsLogs()
                            ? "the server ended (exit code %d): %s; its log is %s"
                                    .formatted(server.exitCode(), last, log)
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

    /** The server, and as whom to ask it; empty while it starts. */
    public Optional<ServerAddress> serverAddress() {
        return files.serverUrl().map(url -> ServerAddress.of(url, operator));
    }

    /** The agents' process ids, by name. */
    public Map<String, Long> agentPids() {
        Map<String, Long> pids = new LinkedHashMap<>();
        agents.forEach(agent -> pids.put(agent.name(), agent.pid()));
        return pids;
    }

    /** For the end of a message: where more is to be read, if there is more. */
    String whereMoreIs() {
        return keepsLogs() ? "; the logs are in " + files.logs() : "";
    }

    /** What is left when it is stopped now, for people. */
    public String whereFilesAre() {
        return files.settled()
                ? "the last published model and the metrics are in " + files.logs().getParent()
                : "no run has begun";
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
        // Logs of a start that crashed stay, since nothing else tells of it.
        if (!kept) {
            files.deleteLogs(all().stream().map(ChildProcess::name).toList());
        }
        files.delete();
    }

    /** A process that never came to a run and ended with a message has nothing else in its log. */
    private boolean keepsLogs() {
        return files.settled() || all().stream().anyMatch(LocalFederation::crashed);
    }

    private static boolean crashed(ChildProcess process) {
        return !process.alive() && process.exitCode() > CommandLine.ExitCode.USAGE;
    }

    private String obituary(ChildProcess agent) {
        int code = agent.exitCode();
        return code > SIGNALS_FROM
                ? "agent %s was killed (signal %d)".formatted(agent.name(), code - SIGNALS_FROM)
                : "agent %s ended (exit code %d): %s"
                        .formatted(
                                agent.name(), code, ChildProcess.lastLine(files.log(agent.name())));
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
        return ChildProcess.start(name, jvmFlags, arguments, files.log(name));
    }

    private List<String> serverArguments(FederationPlan plan) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("server", files.runFile().toString()));
        arguments.addAll(List.of("--host", "127.0.0.1", "--port", "0"));
        arguments.addAll(List.of("--port-file", files.portFile().toString()));
        arguments.addAll(List.of("--new", "--runs-dir", plan.runsDirectory().toString()));
        // It stays until it is told to go, so that the last status is not missed.
        arguments.add("--no-exit-when-finished");
        // It is private: who leaves the demo leaves nothing that could go on.
        arguments.add("--stop-on-signal");
        credentials.map(FederationCredentials::server).ifPresent(arguments::addAll);
        arguments.addAll(plan.serverOptions());
        return arguments;
    }

    private Optional<StatusClient> client() {
        if (status == null) {
            status = serverAddress().map(StatusClient::new).orElse(null);
        }
        return Optional.ofNullable(status);
    }
}
