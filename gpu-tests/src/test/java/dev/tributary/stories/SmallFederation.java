package dev.tributary.stories;

import ai.djl.Device;

import dev.tributary.agent.Agent;
import dev.tributary.agent.CatalogTrainers;
import dev.tributary.agent.Client;
import dev.tributary.agent.ClientSummary;
import dev.tributary.agent.HttpServerClient;
import dev.tributary.agent.ModelTrainers;
import dev.tributary.agent.RetryPolicy;
import dev.tributary.agent.ServerClient;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.agent.state.ClientState;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunConfigBuilder;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.partition.ClientData;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.device.DeviceSelector.Selection;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDirectory;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.server.FederatedServer;
import dev.tributary.server.ServerOptions;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.TrainingPlan;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/** A server and as many agents as a story wants, on a few generated digits. */
public final class SmallFederation implements AutoCloseable {
    public static final Map<String, String> DATA =
            Map.of("examples", "240", "test-examples", "100");
    private static final Selection CPU = new Selection(Device.cpu(), "a story");

    private static final Duration RETRY_FOR = Duration.ofSeconds(5);

    private final FederatedServer server;
    private final IntFunction<LocalDataset> shares;
    private final List<Client> clients = new ArrayList<>();
    private final List<Agent> agents = new ArrayList<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    public SmallFederation(RunConfig config, Path runs) {
        this(config, ServerOptions.local(runs));
    }

    /** With other settings of the server. */
    SmallFederation(RunConfig config, ServerOptions options) {
        this(config, options, digits(config));
    }

    /**
     * With other data.
     *
     * @param shares the examples of each client by its index
     */
    SmallFederation(RunConfig config, Path runs, IntFunction<LocalDataset> shares) {
        this(config, ServerOptions.local(runs), shares);
    }

    private SmallFederation(
            RunConfig config, ServerOptions options, IntFunction<LocalDataset> shares) {
        this.shares = shares;
        server = FederatedServer.start(config, options);
    }

    /** Softmax regression over that many clients, all of them in each round. */
    public static RunConfigBuilder run(int clients, int rounds) {
        DataConfig data = DataConfig.of("digits", clients).withOptions(DATA);
        return RunConfig.builder(new ModelSpec("logistic", Map.of()), data)
                .device("cpu")
                .cohort(CohortConfig.of(clients).withDeadline(Duration.ofSeconds(30)))
                .training(TrainingPlan.sgd(1, 10, 0.1))
                .rounds(rounds);
    }

    /** An agent at work, and what becomes of it. */
    public record RunningAgent(Agent agent, Future<List<ClientSummary>> outcome) {}

    /** An agent of the usual kind. */
    public RunningAgent agent(int... indices) {
        return agent(
                new CatalogTrainers(ModelCatalog.load(), ModelDirectory.none()),
                server -> server,
                indices);
    }

    /** An agent that trains on a device. */
    public RunningAgent agentOn(Device device, int... indices) {
        return agentAt(
                server.url(),
                RETRY_FOR,
                new CatalogTrainers(ModelCatalog.load(), ModelDirectory.none()),
                server -> server,
                new Selection(device, "a story"),
                indices);
    }

    /**
     * An agent on a thread of its own.
     *
     * @param trainers what it trains with
     * @param connection wraps each client's connection
     * @param indices which shares of the data its clients have
     */
    RunningAgent agent(
            ModelTrainers trainers, UnaryOperator<ServerClient> connection, int... indices) {
        return agentAt(server.url(), RETRY_FOR, trainers, connection, CPU, indices);
    }

    /** An agent that reaches the server through a relay. */
    RunningAgent agentAt(URI relay, int... indices) {
        return agentAt(relay, server -> server, indices);
    }

    /**
     * An agent that reaches the server through a relay.
     *
     * @param relay where
     * @param connection wraps each client's connection
     */
    RunningAgent agentAt(URI relay, UnaryOperator<ServerClient> connection, int... indices) {
        ModelTrainers trainers = new CatalogTrainers(ModelCatalog.load(), ModelDirectory.none());
        return agentAt(relay, Duration.ofMinutes(1), trainers, connection, CPU, indices);
    }

    /** An agent that has a certificate. */
    RunningAgent agentAt(ServerAddress address, int... indices) {
        ModelTrainers trainers = new CatalogTrainers(ModelCatalog.load(), ModelDirectory.none());
        return agentAt(address, RETRY_FOR, trainers, server -> server, CPU, indices);
    }

    private RunningAgent agentAt(
            URI url,
            Duration retryFor,
            ModelTrainers trainers,
            UnaryOperator<ServerClient> connection,
            Selection device,
            int... indices) {
        return agentAt(ServerAddress.of(url), retryFor, trainers, connection, device, indices);
    }

    private RunningAgent agentAt(
            ServerAddress address,
            Duration retryFor,
            ModelTrainers trainers,
            UnaryOperator<ServerClient> connection,
            Selection device,
            int... indices) {
        List<Client> hosted = new ArrayList<>();
        for (int index : indices) {
            hosted.add(client(index, device.device()));
        }
        clients.addAll(hosted);
        Agent agent =
                new Agent(
                        hosted,
                        client -> connection.apply(connect(address, retryFor, client)),
                        trainers,
                        1,
                        device,
                        (id, line) -> lines.add(id + ": " + line));
        agents.add(agent);
        return new RunningAgent(agent, threads.submit(agent::run));
    }

    public FederatedServer server() {
        return server;
    }

    /** What the agents said. */
    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        agents.forEach(Agent::close);
        server.close();
        threads.shutdownNow();
        clients.forEach(Client::close);
    }

    private ServerClient connect(ServerAddress address, Duration retryFor, Client client) {
        return HttpServerClient.open(
                address,
                client.id(),
                RetryPolicy.lasting(retryFor),
                (id, line) -> lines.add(id + ": " + line),
                ClientState.none());
    }

    private Client client(int index, Device device) {
        return new Client("client-" + index, DeviceDataset.of(shares.apply(index), device));
    }

    private static IntFunction<LocalDataset> digits(RunConfig config) {
        DatasetSource source = DatasetCatalog.load().open("digits", null, DATA, config.seed());
        PartitionPlan plan =
                new PartitionPlan("iid", Map.of(), config.data().partition().clients());
        RandomStreams streams = new RandomStreams(config.seed());
        return index -> ClientData.load(source, plan, index, streams);
    }
}
