package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.agent.HttpServerClient;
import dev.tributary.agent.RetryPolicy;
import dev.tributary.agent.ServerClient;
import dev.tributary.agent.demo.ChildProcess;
import dev.tributary.config.CohortConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.relay.Relay;
import dev.tributary.server.relay.RelayOptions;
import dev.tributary.stories.SmallFederation.RunningAgent;
import dev.tributary.testkit.Await;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A server, two relays and eight agents. What should happen: (1) the model is that of the flat run,
 * byte for byte, also where clients are chosen, where the rule needs each update, and where clients
 * remember; (2) a relay that is killed and started again loses nothing; (3) a relay may stand below
 * another.
 *
 * <p>What should not: (4) a wrong update passes a relay, or holds the round up.
 */
@Timeout(180)
class RelayStoryTest {
    private static final CohortConfig FIVE_OF_EIGHT =
            CohortConfig.of(5).withWaitFor(8).withDeadline(Duration.ofSeconds(60));

    @TempDir private Path directory;

    @Test
    void treeGivesTheModelOfTheFlatRun() throws Exception {
        RunConfig config =
                SmallFederation.run(8, 4).evaluation(new EvaluationConfig(true, true, 2)).build();
        RunStatus flat = flat(config);
        RunStatus tree = tree(config);

        assertSame(tree, flat);
        assertThat(round(tree, 4).accepted()).isEqualTo(8);
        // Four updates, or one sum as long as two.
        assertThat(bytesUp(tree)).isLessThan(bytesUp(flat));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedadam", "scaffold", "median"})
    void treeGivesTheModelOfTheFlatRunWithAnyAlgorithmAndClientsThatAreChosen(String strategy)
            throws Exception {
        RunConfig config =
                SmallFederation.run(8, 4)
                        .cohort(FIVE_OF_EIGHT)
                        .strategy(new StrategyConfig(strategy, 1, Map.of()))
                        .build();
        assertSame(tree(config), flat(config));
    }

    /** Of float16, five updates are longer than their sum, and four are not. */
    @Test
    void treeGivesTheModelOfTheFlatRunWithUpdatesOfHalfPrecision() throws Exception {
        TrainingPlan plan = TrainingPlan.sgd(1, 10, 0.1).withUpdatePrecision(Precision.FLOAT16);
        RunConfig config = SmallFederation.run(6, 3).training(plan).build();
        RunStatus flat = flat(config);
        try (SmallFederation federation = new SmallFederation(config, directory);
                Relay relay = relay(federation.server().url(), "relay")) {
            for (int i = 0; i < 6; i++) {
                federation.agentAt(relay.url(), i);
            }
            RunStatus tree = federation.server().awaitEnd();

            assertSame(tree, flat);
            assertThat(bytesUp(tree)).isLessThan(bytesUp(flat));
        }
        config = SmallFederation.run(8, 3).training(plan).build();
        flat = flat(config);
        RunStatus tree = tree(config);
        assertSame(tree, flat);
        // Headers name the run, whose name may be longer, and are padded to multiples of 8 bytes.
        assertThat(bytesUp(tree)).isCloseTo(bytesUp(flat), within(8L * 8 * 3));
    }

    @Test
    void relayBelowARelayChangesNothing() throws Exception {
        RunConfig config = SmallFederation.run(4, 3).build();
        RunStatus flat = flat(config);
        try (SmallFederation federation = new SmallFederation(config, directory);
                Relay upper = relay(federation.server().url(), "upper");
                Relay lower = relay(upper.url(), "lower")) {
            federation.agentAt(upper.url(), 0);
            federation.agentAt(lower.url(), 1, 2, 3);

            assertSame(federation.server().awaitEnd(), flat);
        }
    }

    @Test
    void killedRelayLosesNothing() throws Exception {
        RunConfig config = SmallFederation.run(8, 20).build();
        RunStatus flat = flat(config);
        try (SmallFederation federation = new SmallFederation(config, directory);
                Relay right = relay(federation.server().url(), "right")) {
            Path portFile = directory.resolve("port");
            ChildProcess left = process(federation.server().url(), 0, portFile);
            URI url = URI.create("http://" + awaitText(portFile));
            List<RunningAgent> behind = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                behind.add(federation.agentAt(url, i));
                federation.agentAt(right.url(), 4 + i);
            }
            await(federation, 3);
            left.kill();
            assertThat(left.awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(federation.server().status().ended()).isFalse();
            ChildProcess again = process(federation.server().url(), url.getPort(), portFile);
            try {
                assertSame(federation.server().awaitEnd(), flat);
                for (RunningAgent agent : behind) {
                    assertThat(agent.outcome().get())
                            .allSatisfy(client -> assertThat(client.notAccepted()).isZero());
                }
                // It ends with the run.
                assertThat(again.awaitEnd(Duration.ofSeconds(20))).isTrue();
            } finally {
                again.kill();
            }
        }
    }

    @Test
    void wrongUpdateEndsAtTheRelayAndTheRoundGoesOn() throws Exception {
        CohortConfig cohort =
                CohortConfig.of(8).withMinimum(7).withDeadline(Duration.ofMinutes(10));
        RunConfig config = SmallFederation.run(8, 2).cohort(cohort).build();
        List<UpdateReceipt> receipts = new CopyOnWriteArrayList<>();
        UnaryOperator<ServerClient> wrong = server -> new SpoilingServerClient(server, receipts);
        RunStatus flat;
        try (SmallFederation federation = new SmallFederation(config, directory)) {
            federation.agent(0, 1, 2, 3, 4, 5, 6);
            federation.agentAt(federation.server().url(), wrong, 7);
            flat = federation.server().awaitEnd();
        }
        try (SmallFederation federation = new SmallFederation(config, directory);
                Relay left = relay(federation.server().url(), "left");
                Relay right = relay(federation.server().url(), "right")) {
            federation.agentAt(left.url(), 0, 1, 2, 3);
            federation.agentAt(right.url(), 4, 5, 6);
            federation.agentAt(right.url(), wrong, 7);
            RunStatus tree = federation.server().awaitEnd();

            assertThat(tree.modelSha256()).isEqualTo(flat.modelSha256());
            assertThat(round(tree, 2).accepted()).isEqualTo(7);
            assertThat(tree.events())
                    .anyMatch(event -> event.message().contains("its update is wrong"));
        }
        assertThat(receipts).hasSize(4).allMatch(receipt -> receipt.code() == ErrorCode.NOT_FINITE);
    }

    @Test
    void relayEndsThoughAnAgentDiedWithoutAWord() throws Exception {
        CohortConfig cohort =
                CohortConfig.of(2)
                        .withMinimum(1)
                        .withWaitFor(2)
                        .withDeadline(Duration.ofSeconds(1));
        RunConfig config = SmallFederation.run(2, 1).cohort(cohort).build();
        RetryPolicy once = RetryPolicy.lasting(Duration.ZERO);
        try (SmallFederation federation = new SmallFederation(config, directory);
                Relay relay =
                        Relay.start(
                                RelayOptions.local(
                                                federation.server().url(),
                                                directory.resolve("relay"))
                                        .withGrace(Duration.ofMillis(100)))) {
            try (ServerClient dead =
                    HttpServerClient.open(relay.url(), "client-1", once, (id, line) -> {})) {
                dead.register(
                        new ClientRegistration(
                                "client-1", Paths.PROTOCOL_VERSION, "test", 10, "cpu"));
            }
            federation.agentAt(relay.url(), 0);

            relay.finished().get(60, TimeUnit.SECONDS);
            assertThat(federation.server().awaitEnd().state()).isEqualTo(RunStatus.State.FINISHED);
        }
    }

    private RunStatus flat(RunConfig config) {
        try (SmallFederation federation = new SmallFederation(config, directory)) {
            int clients = config.data().partition().clients();
            for (int i = 0; i < clients; i++) {
                federation.agent(i);
            }
            return federation.server().awaitEnd();
        }
    }

    private RunStatus tree(RunConfig config) throws Exception {
        try (SmallFederation federation = new SmallFederation(config, directory);
                Relay left = relay(federation.server().url(), "left");
                Relay right = relay(federation.server().url(), "right")) {
            for (int i = 0; i < 4; i++) {
                federation.agentAt(left.url(), i);
                federation.agentAt(right.url(), 4 + i);
            }
            return federation.server().awaitEnd();
        }
    }

    private Relay relay(URI parent, String name) throws Exception {
        return Relay.start(RelayOptions.local(parent, directory.resolve(name)));
    }

    private ChildProcess process(URI parent, int port, Path portFile) throws Exception {
        return ChildProcess.start(
                "relay",
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                List.of(
                        "relay",
                        "--parent",
                        parent.toString(),
                        "--port",
                        "" + port,
                        "--work-dir",
                        directory.resolve("process").toString(),
                        "--port-file",
                        portFile.toString()),
                directory.resolve("relay.log"));
    }

    private static void assertSame(RunStatus tree, RunStatus flat) {
        assertThat(tree.state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(tree.modelSha256()).isNotNull().isEqualTo(flat.modelSha256());
        for (RoundMetrics round : flat.history()) {
            RoundMetrics same = round(tree, round.round());
            assertThat(same.accepted()).isEqualTo(round.accepted());
            assertThat(same.trainLoss()).isEqualTo(round.trainLoss());
            assertThat(same.federatedAccuracy()).isEqualTo(round.federatedAccuracy());
        }
    }

    private static long bytesUp(RunStatus run) {
        return run.history().stream().mapToLong(RoundMetrics::bytesUp).sum();
    }

    private static RoundMetrics round(RunStatus run, int number) {
        return run.history().stream()
                .filter(round -> round.round() == number)
                .findFirst()
                .orElseThrow();
    }

    private static void await(SmallFederation federation, int round) {
        Await.until(() -> federation.server().status().round() >= round);
    }

    private static String awaitText(Path file) throws Exception {
        Await.until(() -> Files.exists(file));
        return Files.readString(file).strip();
    }
}
