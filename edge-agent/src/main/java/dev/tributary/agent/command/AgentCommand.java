package dev.tributary.agent.command;

import dev.tributary.agent.Agent;
import dev.tributary.agent.AgentListener;
import dev.tributary.agent.CatalogTrainers;
import dev.tributary.agent.Client;
import dev.tributary.agent.HttpServerClient;
import dev.tributary.agent.RetryPolicy;
import dev.tributary.agent.StatisticsExchange;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.agent.state.AgentState;
import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.DeviceOption;
import dev.tributary.cli.Versions;
import dev.tributary.data.ExampleReader;
import dev.tributary.data.TableStatistics;
import dev.tributary.device.DeviceSelector.Selection;
import dev.tributary.device.NativeStack;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDirectory;
import dev.tributary.models.catalog.ModelException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code tributary agent}: runs clients beside their data until the run has ended. */
@Command(name = "agent", description = "Train on local data for a server, until its run has ended.")
public final class AgentCommand implements CommandProvider, Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

    @Spec private @Nullable CommandSpec spec;
    @Mixin private ServerOptions server = new ServerOptions();
    @Mixin private DataOptions data = new DataOptions();
    @Mixin private StateOptions state = new StateOptions();
    @Mixin private DeviceOption device = new DeviceOption();

    @Option(
            names = "--trainers",
            paramLabel = "<n>",
            description =
                    "How many clients of this process may train at a time (default: as many as"
                            + " there are cores, on a GPU one).")
    private @Nullable Integer trainers;

    @Option(
            names = "--model-dir",
            paramLabel = "<dir>",
            description =
                    "Holds the files that a model of the server's may name, such as a TorchScript"
                            + " module; without it the agent opens none.")
    private @Nullable Path models;

    @Option(names = "--quiet", description = "Say only what goes wrong.")
    private boolean quiet;

    /** For the service loader. */
    public AgentCommand() {}

    @Override
    public int order() {
        return 30;
    }

    @Override
    public Integer call() {
        loadEngineMeanwhile();
        RetryPolicy retries = server.retries();
        ModelDirectory files = files();
        Map<String, ExampleReader> loaded = data.load(own -> agree(own, retries));
        Selection selection = device.select();
        List<Client> clients = new ArrayList<>();
        try (AgentState kept = state.open(loaded.keySet())) {
            loaded.forEach(
                    (id, examples) ->
                            clients.add(
                                    new Client(
                                            id,
                                            DataOptions.toDevice(examples, selection.device()),
                                            data.serves())));
            return run(clients, selection, files, retries, kept);
        } finally {
            clients.forEach(Client::close);
        }
    }

    private TableStatistics agree(Map<String, TableStatistics> own, RetryPolicy retries) {
        ServerAddress address = server.server();
        say(
                "agent: telling %s of %d table(s), and waiting for other sites"
                        .formatted(address.url(), own.size()));
        TableStatistics sum = StatisticsExchange.agree(address, own, retries, this::say);
        say("agent: all sites have told; %d rows together".formatted(sum.rowCount()));
        return sum;
    }

    private int run(
            List<Client> clients,
            Selection selection,
            ModelDirectory files,
            RetryPolicy retries,
            AgentState kept) {
        int concurrent = concurrent(clients.size(), selection);
        say(
                "agent %s: %s; %s: %s; %d of %d client(s) train at a time"
                        .formatted(
                                Versions.tributary(),
                                data.describe(),
                                selection.name(),
                                selection.reason(),
                                concurrent,
                                clients.size()));
        ServerAddress address = server.server();
        AgentListener listener = (client, line) -> say(client + ": " + line);
        try (Agent agent =
                new Agent(
                        clients,
                        client ->
                                HttpServerClient.open(
                                        address,
                                        client.id(),
                                        retries,
                                        listener,
                                        kept.of(client.id())),
                        new CatalogTrainers(ModelCatalog.load(), files),
                        concurrent,
                        selection,
                        kept,
                        listener)) {
            GracefulStop.of(agent);
            agent.run();
        }
        return 0;
    }

    private ModelDirectory files() {
        try {
            return models == null ? ModelDirectory.none() : ModelDirectory.of(models);
        } catch (ModelException e) {
            throw new CommandException("--model-dir: " + e.getMessage(), e);
        }
    }

    private int concurrent(int clients, Selection selection) {
        int cores = Runtime.getRuntime().availableProcessors();
        int wanted = trainers != null ? trainers : selection.device().isGpu() ? 1 : cores;
        if (wanted < 1) {
            throw new CommandException("--trainers: expected at least 1, found " + wanted);
        }
        return Math.min(wanted, clients);
    }

    /** Reading data and loading native libraries take turns at the disk and at the cores. */
    private static void loadEngineMeanwhile() {
        Thread loader = new Thread(NativeStack::engine, "engine-loader");
        loader.setDaemon(true);
        // What goes wrong is told by the first thread that needs the engine.
        loader.setUncaughtExceptionHandler((thread, failure) -> LOG.debug("engine", failure));
        loader.start();
    }

    private void say(String line) {
        LOG.info(line);
        CommandSpec known = spec;
        if (!quiet && known != null) {
            PrintWriter out = known.commandLine().getOut();
            out.println(line);
            out.flush();
        }
    }
}
