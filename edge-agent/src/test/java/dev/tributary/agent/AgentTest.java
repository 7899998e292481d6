package dev.tributary.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;

import dev.tributary.data.LocalDataset;
import dev.tributary.device.DeviceSelector.Selection;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.testkit.Await;
import dev.tributary.training.DeviceDataset;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

@Timeout(60)
class AgentTest {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<Client> clients =
            IntStream.range(0, 3).mapToObj(i -> new Client("c" + i, data())).toList();
    private FakeFederation server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeFederation();
        server.serveModel(Tasks.model(Tasks.LAYOUT));
    }

    @AfterEach
    void stop() {
        server.close();
        clients.forEach(Client::close);
    }

    @Test
    void clientsTakeTurnsAtOneWorkbench() {
        server.offer(Tasks.train(1), Tasks.train(1), Tasks.train(1));
        server.offer(Tasks.finished(), Tasks.finished(), Tasks.finished());
        FakeTrainers trainers = new FakeTrainers(Tasks.LAYOUT);

        try (Agent agent = agent(trainers)) {
            assertThat(agent.run()).hasSize(3).extracting(ClientSummary::accepted).contains(1);
        }
        assertThat(server.bodies()).hasSize(3);
        assertThat(trainers.opened()).isEqualTo(1);
        assertThat(trainers.closed()).isEqualTo(1);
    }

    @Test
    void firstFailureStopsTheOthersAndIsTold() {
        server.offer(Tasks.train(1));
        ParameterLayout other = ParameterLayout.builder().trainable("x", 1).build();

        try (Agent agent = agent(new FakeTrainers(other))) {
            assertThatThrownBy(agent::run)
                    .isExactlyInstanceOf(AgentException.class)
                    .hasMessageContaining("is not the one that this client builds");
        }
    }

    @Test
    void clientWhoseIdAnotherAgentHasTakenEndsAlone() {
        server.replace("c1");
        server.offer(Tasks.train(1), Tasks.train(1), Tasks.finished(), Tasks.finished());

        try (Agent agent = agent(new FakeTrainers(Tasks.LAYOUT))) {
            assertThat(agent.run())
                    .extracting(ClientSummary::clientId)
                    .containsExactlyInAnyOrder("c0", "c2");
        }
        assertThat(lines)
                .filteredOn(line -> line.endsWith("this client ends here"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("/c1/task: another agent"));
        assertThat(server.requests()).noneMatch(request -> request.startsWith("DELETE"));
    }

    @Test
    void agentAllOfWhoseClientsWereReplacedFails() {
        clients.forEach(client -> server.replace(client.id()));

        try (Agent agent = agent(new FakeTrainers(Tasks.LAYOUT))) {
            assertThatThrownBy(agent::run)
                    .isInstanceOf(ReplacedException.class)
                    .hasMessageContaining("another agent registered later");
        }
    }

    @Test
    void closingEndsClientsThatWait() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Agent agent = agent(new FakeTrainers(Tasks.LAYOUT));
        Thread runner =
                new Thread(
                        () -> {
                            try {
                                agent.run();
                            } catch (AgentException e) {
                                ended.countDown();
                            }
                        });
        runner.start();
        Await.until(
                () -> server.requests().stream().anyMatch(request -> request.endsWith("/task")));
        assertThat(agent.stop(Duration.ofSeconds(20))).isTrue();
        ended.await();
        runner.join();
    }

    private Agent agent(ModelTrainers trainers) {
        return new Agent(
                clients,
                client ->
                        HttpServerClient.open(
                                server.uri(),
                                client.id(),
                                RetryPolicy.lasting(Duration.ofSeconds(5)),
                                (id, line) -> lines.add(line)),
                trainers,
                1,
                new Selection(Device.cpu(), "a test"),
                (id, line) -> lines.add(line));
    }

    private static DeviceDataset data() {
        return DeviceDataset.of(
                new LocalDataset(new float[6], new long[] {2}, new float[3], 2), Device.cpu());
    }
}
