package dev.tributary.agent.demo;

import dev.tributary.agent.command.DataOptions;
import dev.tributary.config.RunConfig;

import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What to start.
 *
 * @param run the run; becomes the server's run file
 * @param runsDirectory holds a directory for each run
 * @param serverOptions further options of {@code tributary server}
 * @param agents by name: what follows {@code tributary agent}, but for the server's address
 * @param agentCommand what {@code tributary} is to run in each of them: a command and its options
 * @param jvmFlags of all processes, beyond those of this one
 */
public record FederationPlan(
        RunConfig run,
        Path runsDirectory,
        List<String> serverOptions,
        Map<String, List<String>> agents,
        List<String> agentCommand,
        List<String> jvmFlags) {

    /** Copies the lists; the order of the agents stays. */
    public FederationPlan {
        serverOptions = List.copyOf(serverOptions);
        agents = Collections.unmodifiableMap(new LinkedHashMap<>(agents));
        agentCommand = List.copyOf(agentCommand);
        jvmFlags = List.copyOf(jvmFlags);
    }

    /** By name of agent: the ids of the clients that it hosts, as far as their names are usual. */
    Map<String, List<String>> clients() {
        Map<String, List<String>> clients = new HashMap<>();
        agents.forEach(
                (name, options) -> {
                    int at = options.indexOf("--index");
                    List<String> ids =
                            at < 0 || at + 1 == options.size()
                                    ? List.of()
                                    : DataOptions.clientIds(options.get(at + 1));
                    clients.put(name, ids);
                });
        return clients;
    }
}
