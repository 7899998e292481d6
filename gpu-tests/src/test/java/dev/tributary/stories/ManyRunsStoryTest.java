package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;

import dev.tributary.agent.Agent;
import dev.tributary.agent.CatalogTrainers;
import dev.tributary.agent.Client;
import dev.tributary.agent.HttpServerClient;
import dev.tributary.agent.RetryPolicy;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.agent.runs.RunCommand;
import dev.tributary.agent.state.AgentState;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.CredentialDirectory;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.partition.ClientData;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.device.DeviceSelector.Selection;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDirectory;
import dev.tributary.protocol.RunStatus;
import dev.tributary.random.RandomStreams;
import dev.tributary.server.Models;
import dev.tributary.server.RunListener;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.StandingServer;
import dev.tributary.training.DeviceDataset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server that waits for runs, an agent that stays, and somebody who types commands. */
@Timeout(180)
class ManyRunsStoryTest {
    private static final int CLIENTS = 2;
    private static final char[] NO_PASSWORD = new char[0];

    @TempDir private Path directory;

    private final BlockingQueue<RunStatus> ended = new LinkedBlockingQueue<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Test
    void oneAgentServesTwoRunsAndTheirModelsAreThoseOfEachAlone() throws Exception {
        RunConfig first = SmallFederation.run(CLIENTS, 3).name("first").build();
        RunConfig second = SmallFederation.run(CLIENTS, 2).name("second").seed(1).build();
        Map<String, String> alone = Map.of("first", alone(first), "second", alone(second));
        ServerOptions options =
                ServerOptions.builder(directory.resolve("runs")).sideBySide(2).build();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Client> clients = clients(first);
        try (StandingServer server = StandingServer.start(options, Models.ofCatalog(), new Ends());
                AgentState state =
                        AgentState.open(
                                directory.resolve("state"),
                                clients.stream().map(Client::id).toList());
                Agent agent = agent(ServerAddress.of(server.url()), clients, state)) {
            threads.execute(agent::run);
            String url = server.url().toString();
            submit(first, url);
            submit(second, url);
            for (int i = 0; i < 2; i++) {
                RunStatus last = ended.poll(60, TimeUnit.SECONDS);
                assertThat(last).as(() -> "a run that ends; the agent said " + lines).isNotNull();
                assertThat(last.state()).isEqualTo(RunStatus.State.FINISHED);
                String name = last.runId().replaceAll("-.*", "");
                assertThat(last.modelSha256()).isEqualTo(alone.get(name));
                Path model = directory.resolve(name + ".safetensors");
                assertThat(command("download", last.runId(), "-o", "" + model, "--server", url))
                        .contains(String.valueOf(last.modelSha256()));
                assertThat(model).isNotEmptyFile();
                assertThat(command("log", last.runId(), "--server", url)).contains("registered");
            }
            assertThat(command("list", "--server", url).lines())
                    .hasSize(3)
                    .filteredOn(line -> line.contains("finished"))
                    .hasSize(2);
        } finally {
            threads.shutdownNow();
            clients.forEach(Client::close);
        }
    }

    @Test
    void operatorWithACertificateLeadsARunOverTls() throws Exception {
        Path credentials = directory.resolve("credentials");
        CredentialDirectory made =
                CredentialDirectory.open(credentials, NO_PASSWORD, Clock.systemUTC());
        made.server(List.of("localhost"));
        made.operator();
        made.agent("site-a");
        assertThat(made.write()).hasSize(4);
        RunConfig config = SmallFederation.run(CLIENTS, 2).name("secret").build();
        ServerOptions options =
                ServerOptions.builder(directory.resolve("runs"))
                        .credential(read(credentials.resolve("server.p12")))
                        .build();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        List<Client> clients = clients(config);
        try (StandingServer server = StandingServer.start(options, Models.ofCatalog(), new Ends());
                AgentState state = AgentState.none();
                Agent agent =
                        agent(
                                ServerAddress.of(
                                        server.url(),
                                        Optional.of(read(credentials.resolve("agent-site-a.p12")))),
                                clients,
                                state)) {
            threads.execute(agent::run);
            String[] as = {
                "--server",
                "" + server.url(),
                "--credentials",
                "" + credentials.resolve("operator.p12")
            };
            Path file = directory.resolve("secret.yaml");
            Files.writeString(file, RunFile.write(config));
            String hint = command("submit", as, "" + file).split("'", -1)[1];
            RunStatus last = ended.poll(60, TimeUnit.SECONDS);
            assertThat(last).as(() -> "a run that ends; the agent said " + lines).isNotNull();
            assertThat(last.modelSha256()).isEqualTo(alone(config));
            // As it stands, but for the program's name and the command's.
            String[] words = hint.split(" ", -1);
            assertThat(command(Arrays.copyOfRange(words, 2, words.length))).isEmpty();
            assertThat(command("show", as)).contains("finished");
            Path model = directory.resolve("secret.safetensors");
            assertThat(command("download", as, last.runId(), "-o", "" + model))
                    .contains(String.valueOf(last.modelSha256()));
        } finally {
            threads.shutdownNow();
            clients.forEach(Client::close);
        }
    }

    private static Credential read(Path file) {
        return Credential.read(file, NO_PASSWORD);
    }

    private static String command(String name, String[] server, String... rest) {
        List<String> all = new ArrayList<>(List.of(name));
        all.addAll(List.of(server));
        all.addAll(List.of(rest));
        return command(all.toArray(String[]::new));
    }

    private final class Ends implements RunListener {
        @Override
        public void note(String line) {
            lines.add(line);
        }

        @Override
        public void ended(RunStatus last, Path files) {
            ended.add(last);
        }
    }

    private String alone(RunConfig config) {
        try (SmallFederation federation =
                new SmallFederation(config, directory.resolve("alone-" + config.name()))) {
            federation.agent(0, 1);
            return String.valueOf(federation.server().awaitEnd().modelSha256());
        }
    }

    private void submit(RunConfig config, String url) throws IOException {
        Path file = directory.resolve(config.name() + ".yaml");
        Files.writeString(file, RunFile.write(config));
        assertThat(command("submit", file.toString(), "--server", url))
                .startsWith("run " + config.name() + "-");
    }

    private static String command(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine line = new CommandLine(new RunCommand());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(out, true));
        assertThat(line.execute(arguments)).as(() -> "" + out).isZero();
        return out.toString();
    }

    private Agent agent(ServerAddress server, List<Client> clients, AgentState state) {
        return new Agent(
                clients,
                client ->
                        HttpServerClient.open(
                                server,
                                client.id(),
                                RetryPolicy.lasting(Duration.ofSeconds(5)),
                                (id, line) -> lines.add(id + ": " + line),
                                state.of(client.id())),
                new CatalogTrainers(ModelCatalog.load(), ModelDirectory.none()),
                1,
                new Selection(Device.cpu(), "a story"),
                state,
                (id, line) -> lines.add(id + ": " + line));
    }

    private static List<Client> clients(RunConfig config) {
        DatasetSource source =
                DatasetCatalog.load().open("digits", null, SmallFederation.DATA, config.seed());
        PartitionPlan plan = new PartitionPlan("iid", Map.of(), CLIENTS);
        List<Client> clients = new ArrayList<>();
        for (int index = 0; index < CLIENTS; index++) {
            clients.add(
                    new Client(
                            "client-" + index,
                            DeviceDataset.of(
                                    ClientData.load(
                                            source, plan, index, new RandomStreams(config.seed())),
                                    Device.cpu()),
                            "digits"));
        }
        return clients;
    }
}
