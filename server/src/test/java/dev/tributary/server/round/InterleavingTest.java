package dev.tributary.server.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpoolFile;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.cohort.ClientRegistry;
import dev.tributary.server.database.Agent;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.telemetry.ServerMetrics;
import dev.tributary.strategy.Strategy;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Random interleavings of messages, deadlines, writes to disk and kills, against the contract.
 *
 * <pre>
 * What should hold:
 *  1. An update whose sender was told that it is accepted is folded into the round's model, unless
 *     the attempt failed.
 *  2. What is folded when the model moves is what the database says counts, each update once.
 *  3. What a model that clients have heard of was folded from never changes, whoever is killed when.
 *  4. The run comes to its end whatever happened before, each round published once and in order.
 * </pre>
 *
 * <p>{@code -Dtributary.interleavings} and {@code -Dtributary.seed} make it longer or repeat it.
 */
final class InterleavingTest {
    private static final int RUNS = Integer.getInteger("tributary.interleavings", 10_000);
    private static final long SEED = Long.getLong("tributary.seed", 1);
    private static final int STEPS = 60;
    private static final int ROUNDS = 3;
    private static final List<String> CLIENTS = List.of("a", "b", "c", "d");
    private static final CohortConfig COHORT =
            CohortConfig.of(3)
                    .withMinimum(2)
                    .withOverSelection(1)
                    .withWaitFor(3)
                    .withAttempts(1000)
                    .withDeadline(MachineFixture.DEADLINE);

    @TempDir private Path directory;

    @Test
    void contractHoldsInAnyOrderOfEvents() throws Exception {
        SpoolFile file = new Spool(directory).open(1, "x", new Content("00000000", 8));
        System.out.printf("interleavings: %d, from seed %d%n", RUNS, SEED);
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            try {
                new Story(new Random(seed), file).tell();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("with -Dtributary.seed=" + seed, e);
            }
        }
    }

    /** One run and all that happens to it. */
    private static final class Story {
        private final Random random;
        private final SpoolFile file;
        private final RunConfig config =
                MachineFixture.config(COHORT, builder -> builder.rounds(ROUNDS));
        private final FakeLedger ledger = new FakeLedger();
        private final HandClock clock = new HandClock();

        /** Told to be accepted, in the attempt that is open. */
        private final Set<String> told = new HashSet<>();

        /** Who was folded into a version that clients have heard of. */
        private final Map<Integer, Set<String>> models = new HashMap<>();

        private FakeModel model = new FakeModel();
        private RunMachine machine;
        private int published;
        private int attempt;

        Story(Random random, SpoolFile file) {
            this.random = random;
            this.file = file;
            machine = start(Recovery.NONE);
        }

        void tell() {
            ledger.slow = true;
            for (int i = 0; i < STEPS && !machine.ended(); i++) {
                step();
                machine.advance();
                check();
            }
            finish();
        }

        private void step() {
            String client = CLIENTS.get(random.nextInt(CLIENTS.size()));
            switch (random.nextInt(13)) {
                case 0 -> register(client);
                case 1, 2 -> poll(client);
                case 3, 4, 5 -> offer(client, machine.phase().round(), "00000000");
                case 6 -> offer(client, random.nextInt(ROUNDS + 2), "00000000");
                case 7 -> offer(client, machine.phase().round(), "11111111");
                case 8, 9 -> {
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        ledger.writeOne();
                        check();
                    }
                }
                case 10 -> clock.advance(Duration.ofMillis(random.nextInt(40_000)));
                case 11 -> machine.leave(client);
                default -> {
                    if (random.nextInt(3) == 0) {
                        kill();
                    }
                }
            }
        }

        private void register(String client) {
            machine.register(
                    new ClientRegistration(client, 1, "test", MachineFixture.EXAMPLES, "cpu"));
        }

        private Optional<RoundTask> poll(String client) {
            try {
                CompletableFuture<Optional<RoundTask>> reply = new CompletableFuture<>();
                machine.poll(client, reply);
                return reply.getNow(Optional.empty());
            } catch (RefusedException e) {
                register(client);
                return Optional.empty();
            }
        }

        private void offer(String client, int round, String checksum) {
            UpdateMetadata metadata =
                    new UpdateMetadata(
                            "r",
                            round,
                            client,
                            Math.max(0, round - 1),
                            MachineFixture.EXAMPLES,
                            0.5);
            SpooledUpdate update = new SpooledUpdate(metadata, 8, 1, 0, checksum, file);
            CompletableFuture<Void> unused =
                    machine.offer(update).thenAccept(receipt -> note(client, round, receipt));
        }

        private void note(String client, int round, UpdateReceipt receipt) {
            if (receipt.outcome() == Outcome.ACCEPTED && round == machine.phase().round()) {
                told.add(client + "@" + round);
            }
        }

        /** What waits for the disk is lost, and so is all memory. */
        private void kill() {
            ledger.loseWhatWaits();
            model = new FakeModel();
            machine = start(recovery());
        }

        private Recovery recovery() {
            List<ClientRegistration> clients = new ArrayList<>();
            for (Agent agent : ledger.agents.values()) {
                clients.add(
                        new ClientRegistration(
                                agent.clientId(), 1, "test", agent.exampleCount(), "cpu"));
            }
            List<Receipt> receipts = List.copyOf(ledger.receipts.values());
            List<SpooledUpdate> updates = new ArrayList<>();
            if (ledger.last != null && ledger.last.open()) {
                for (Receipt receipt : receipts) {
                    UpdateMetadata metadata =
                            new UpdateMetadata(
                                    "r",
                                    receipt.round(),
                                    receipt.clientId(),
                                    ledger.last.start().baseVersion(),
                                    receipt.exampleCount(),
                                    receipt.trainLoss());
                    updates.add(new SpooledUpdate(metadata, 8, 1, 0, receipt.checksum(), file));
                }
            }
            return new Recovery(
                    clients,
                    List.copyOf(ledger.metrics.values()),
                    ledger.events,
                    ledger.last,
                    receipts,
                    updates,
                    List.of());
        }

        private RunMachine start(Recovery recovery) {
            RunPlan plan =
                    new RunPlan(
                            "r",
                            config,
                            config.model(),
                            ParameterLayout.builder().trainable("w", 2).build(),
                            true,
                            Strategy.fedAvg(1),
                            "cpu",
                            MachineFixture.POLL,
                            RoundTask.Kind.FINISHED);
            Run.Surroundings surroundings =
                    new Run.Surroundings(
                            model, new FakeJournal(), ledger, new ServerMetrics(), () -> {});
            RunMachine started =
                    new RunMachine(
                            new Run(
                                    plan,
                                    clock,
                                    new ClientRegistry(
                                            MachineFixture.SILENCE, MachineFixture.MOST_CLIENTS),
                                    surroundings),
                            recovery);
            started.advance();
            return started;
        }

        private void check() {
            assertSameModel();
            if (ledger.last == null) {
                return;
            }
            int round = ledger.last.start().round();
            if (ledger.last.open()) {
                int now = ledger.last.start().attempt();
                if (now != attempt) {
                    told.clear();
                }
                attempt = now;
                return;
            }
            if (round == published) {
                return;
            }
            assertThat(round).as("rounds in order").isEqualTo(published + 1);
            published = round;
            attempt = 0;
            Set<String> counts = new HashSet<>();
            ledger.receipts.keySet().forEach(client -> counts.add(client + "@" + round));
            assertThat(counts).as("told in round %d", round).containsAll(ofRound(round));
            assertThat(counts.size()).isBetween(COHORT.minimum(), COHORT.size());
            assertThat(ledger.metrics)
                    .hasEntrySatisfying(
                            round, line -> assertThat(line.accepted()).isEqualTo(counts.size()));
            assertFolded(round);
            told.clear();
        }

        /** The model moves once all that counts is folded, each update once. */
        private void assertFolded(int round) {
            if (publication(round) >= 0) {
                assertThat(folded(round))
                        .containsExactlyInAnyOrderElementsOf(ledger.receipts.keySet());
            }
        }

        /** Clients train what they have heard of. */
        private void assertSameModel() {
            int version = machine.status().modelVersion();
            if (publication(version) >= 0) {
                Set<String> made = new TreeSet<>(folded(version));
                Set<String> before = models.putIfAbsent(version, made);
                assertThat(before == null ? made : before)
                        .as("folded into version %d", version)
                        .isEqualTo(made);
            }
        }

        /** Where among the orders; negative if it was published by a server that was killed. */
        private int publication(int round) {
            return model.orders.lastIndexOf("publish " + round);
        }

        private List<String> folded(int round) {
            List<String> folded = new ArrayList<>();
            for (String order : model.orders.subList(0, publication(round))) {
                if (order.startsWith("fold ")) {
                    folded.add(order.substring(5));
                } else if (order.equals("reset") || order.startsWith("publish ")) {
                    folded.clear();
                }
            }
            return folded;
        }

        private List<String> ofRound(int round) {
            return told.stream().filter(who -> who.endsWith("@" + round)).toList();
        }

        /** From here on everybody behaves. */
        private void finish() {
            for (int i = 0; i < 100 && !machine.ended(); i++) {
                for (String client : CLIENTS) {
                    Optional<RoundTask> task = poll(client);
                    machine.advance();
                    task.filter(found -> found.kind() == RoundTask.Kind.TRAIN)
                            .ifPresent(found -> offer(client, found.round(), "00000000"));
                    machine.advance();
                    while (ledger.writeOne()) {
                        machine.advance();
                        check();
                    }
                }
                clock.advance(Duration.ofSeconds(1));
                machine.advance();
            }
            assertThat(machine.status().state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(machine.status().modelVersion()).isEqualTo(ROUNDS);
        }
    }
}
