package dev.tributary.agent.bench;

import dev.tributary.agent.Agent;
import dev.tributary.agent.AgentListener;
import dev.tributary.agent.Client;
import dev.tributary.agent.HttpServerClient;
import dev.tributary.agent.command.ServerOptions;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.agent.state.ClientState;
import dev.tributary.data.LocalDataset;
import dev.tributary.device.DeviceSelector;
import dev.tributary.device.DeviceSelector.Selection;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.training.DeviceDataset;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code tributary bench echo-clients}: the agent process of {@code bench round}. */
@Command(
        name = "echo-clients",
        hidden = true,
        description = "Runs clients that return every model as it came.")
public final class EchoClientsCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(EchoClientsCommand.class);

    @Mixin private ServerOptions server = new ServerOptions();

    @Option(names = "--first", defaultValue = "0", description = "The first client's number.")
    private int first;

    @Option(names = "--count", defaultValue = "1", description = "How many clients.")
    private int count = 1;

    @Option(names = "--concurrent", defaultValue = "2", description = "How many at a time.")
    private int concurrent = 2;

    @Option(names = "--device", defaultValue = "cpu", description = "Where the models are.")
    private String device = "cpu";

    /** For picocli. */
    public EchoClientsCommand() {}

    @Override
    public Integer call() {
        Selection selection = DeviceSelector.select(device);
        List<Client> clients = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            LocalDataset data = new LocalDataset(new float[1], new long[] {1}, new float[1], 2);
            clients.add(new Client("echo-" + i, DeviceDataset.of(data, selection.device())));
        }
        ServerAddress address = server.server();
        AgentListener listener = (client, line) -> LOG.debug("{}: {}", client, line);
        try (Agent agent =
                new Agent(
                        clients,
                        client ->
                                HttpServerClient.open(
                                        address,
                                        client.id(),
                                        server.retries(),
                                        listener,
                                        ClientState.none()),
                        new EchoTrainers(ModelCatalog.load()),
                        concurrent,
                        selection,
                        listener)) {
            agent.run();
        } finally {
            clients.forEach(Client::close);
        }
        return 0;
    }
}
