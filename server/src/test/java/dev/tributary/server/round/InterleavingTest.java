package dev.tributary.server.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpoolFile;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.cohort.ClientRegistry;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.telemetry.RunMetrics;
import dev.tributary.server.telemetry.ServerMetrics;
import dev.tributary.strategy.RoundSchedule;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.Strategy;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.stream.Stream;

/**
 * Random interleavings of messages, deadlines, writes to disk, kills, and of disks and databases
 * that take nothing for a while, against the contract.
 *
 * <pre>
 * What should hold:
 *  1. An update whose sender was told that it is accepted is folded into the round's model, unless
 *     the attempt failed.
 *  2. What is folded when the model moves is what the database says counts, each update once.
 *  3. The run comes to its end whatever happened before, each round published once and in order.
 *  4. An update counts in one round, whichever it names.
 *  5. An asynchronous run that stops leaves no buffer that would have made a step.
 *  6. What a model that clients have heard of was folded from never changes, whoever is killed when.
 *  7. A run that is to stop does, whatever cannot be written; what it leaves goes on as after a kill.
 * </pre>
 *
 * <p>{@code -Dtributary.interleavings} and {@code -Dtributary.seed} make it longer or repeat it.
 */
final class InterleavingTest {
    private static final int RUNS = Integer.getInteger("tributary.interleavings", 10_000);
    private static final long SEED = Long.getLong("tributary.seed", 1);
    private static final ServerMetrics METRICS = new ServerMetrics();
    private static final int STEPS = 60;
    private static final int ROUNDS = 3;
    private static final List<String> CLIENTS = List.of("a", "b", "c", "d");

    /** How rounds close, and how many updates make one. */
    private record Schedule(RunConfig config, Strategy strategy, int fewest, int most) {
        static Schedule of(
                String strategy, Map<String, String> options, CohortConfig cohort, int most) {
            StrategyConfig named = new StrategyConfig(strategy, 1, options);
            CohortConfig patient = cohort.withWaitFor(3).withAttempts(1000);
            RunConfig config =
                    MachineFixture.config(patient, run -> run.rounds(ROUNDS).strategy(named));
            return new Schedule(config, Strategies.of(config), cohort.minimum(), most);
        }

        boolean buffered() {
            return strategy.schedule() instanceof RoundSchedule.Buffered;
        }

        @Override
        public String toString() {
            return strategy.name();
        }
    }

    static Stream<Schedule> schedules() {
        CohortConfig one = CohortConfig.of(1);
        CohortConfig two = CohortConfig.of(2);
        CohortConfig three = CohortConfig.of(3).withMinimum(2);
        return Stream.of(
                Schedule.of("fedavg", Map.of(), three.withOverSelection(1), 3),
                Schedule.of("fedbuff", Map.of("buffer", "3"), two, 3),
                Schedule.of("fedasync", Map.of(), two.withMinimum(1), 1),
                Schedule.of("cyclic", Map.of(), one, 1));
    }

    @TempDir private Path directory;

    @ParameterizedTest
    @MethodSource("schedules")
    void contractHoldsInAnyOrderOfEvents(Schedule schedule) throws Exception {
        Files files = new Files(new Spool(directory));
        System.out.printf("interleavings, %s: %d, from seed %d%n", schedule, RUNS, SEED);
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            try {
                new Story(schedule, new Random(seed), files).tell();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("with -Dtributary.seed=" + seed, e);
            }
        }
    }

    /** Files of updates, by their names: what is in them is not the point. */
    private record Files(Spool spool, Map<String, SpoolFile> known) {
        Files(Spool spool) {
            this(spool, new HashMap<>());
        }

        SpoolFile of(int round, String client, String checksum) {
            return known.computeIfAbsent(
                    round + client + checksum,
                    name -> {
                        try {
                            return spool.open(round, client, new Content(checksum, 8));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }

    /** One run and all that happens to it. */
    private static final class Story {
        private final Schedule schedule;
        private final Random random;
        private final Files files;
        private final RunConfig config;
        private final FakeLedger ledger = new FakeLedger();
        private final HandClock clock = new HandClock();

        /** Told to be accepted, in the attempt that is open. */
        private final Set<String> told = new HashSet<>();

        /** Who was folded into a version that clients have heard of. */
        private final Map<Integer, Set<String>> models = new HashMap<>();

        private FakeModel model = new FakeModel();
        private RunMachine machine;

        /** Whether there is room on the disk for models. */
        private boolean room = true;

        /** What counts in published rounds, by client and the round that it names. */
        private final Set<String> counted = new HashSet<>();

        private int published;
        private int attempt;
        private boolean stopped;

        Story(Schedule schedule, Random random, Files files) {
            this.schedule = schedule;
            this.config = schedule.config;
            this.random = random;
            this.files = files;
            machine = start(Recovery.NONE);
        }

        void tell() {
            ledger.slow = true;
            for (int i = 0; i < STEPS && !machine.ended(); i++) {
                step();
                machine.advance();
                check();
                goOn();
            }
            finish();
        }

        private void step() {
            String client = CLIENTS.get(random.nextInt(CLIENTS.size()));
            switch (random.nextInt(15)) {
                case 0 -> register(client);
                case 1, 2 -> poll(client);
                case 3, 4, 5 -> offer(client, likely(), "00000000");
                case 6 -> offer(client, random.nextInt(ROUNDS + 2), "00000000");
                case 7 -> offer(client, likely(), "11111111");
                case 8, 9 -> {
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        writeOne();
                        check();
                    }
                }
                case 10 -> clock.advance(Duration.ofMillis(random.nextInt(40_000)));
                case 11 -> machine.leave(client);
                case 12 -> breakSomething();
                case 13 -> repairSomething();
                default -> {
                    if (random.nextInt(3) == 0) {
                        kill();
                    } else if (random.nextInt(10) == 0) {
                        stop();
                    } else {
                        reject(client, likely());
                    }
                }
            }
        }

        private boolean writeOne() {
            return random.nextBoolean()
                    ? ledger.writeEntry() || ledger.writeLine()
                    : ledger.writeLine() || ledger.writeEntry();
        }

        private void breakSomething() {
            switch (random.nextInt(3)) {
                case 0 -> ledger.loseDatabase();
                case 1 -> ledger.fillDisk();
                default -> haveRoom(false);
            }
        }

        private void repairSomething() {
            switch (random.nextInt(3)) {
                case 0 -> ledger.findDatabase();
                case 1 -> ledger.clearDisk();
                default -> haveRoom(true);
            }
        }

        private void repairAll() {
            ledger.findDatabase();
            ledger.clearDisk();
            haveRoom(true);
        }

        private void haveRoom(boolean room) {
            this.room = room;
            RuntimeException full =
                    room
                            ? null
                            : new UncheckedIOException(new IOException("No space left on device"));
            model.stepFailure = full;
            model.publishFailure = full;
            model.saveFailure = full;
        }

        /** What can be written is, meanwhile; nothing comes back that is away. */
        private void stop() {
            machine.stop("enough");
            stopped = true;
            machine.advance();
            if (random.nextBoolean()) {
                return;
            }
            for (int i = 0; i < 3; i++) {
                do {
                    machine.advance();
                    check();
                } while (writeOne());
                clock.advance(Duration.ofSeconds(1));
                machine.advance();
            }
            assertThat(machine.ended())
                    .as("ended, and not %s", machine.status().message())
                    .isTrue();
        }

        /** The open round, or where clients work on old versions one of those before. */
        private int likely() {
            int round = machine.phase().round();
            return schedule.buffered() ? Math.max(1, round - random.nextInt(3)) : round;
        }

        private void reject(String client, int round) {
            ErrorCode code = random.nextBoolean() ? ErrorCode.NOT_FINITE : ErrorCode.MALFORMED_BODY;
            UpdateReceipt unused =
                    machine.reject(
                            round,
                            client,
                            new UpdateReceipt(Outcome.REJECTED, false, code, "wrong", 5));
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
            SpooledUpdate update =
                    new SpooledUpdate(
                            metadata, 8, 1, 0, checksum, files.of(round, client, checksum));
            try {
                CompletableFuture<Void> unused =
                        machine.offer(update).thenAccept(receipt -> note(client, round, receipt));
            } catch (RefusedException e) {
                assertThat(ledger.obstacle()).as(e.getMessage()).isPresent();
            }
        }

        private void note(String client, int round, UpdateReceipt receipt) {
            int open = machine.phase().round();
            boolean news = !schedule.buffered() ? round == open : !receipt.duplicate();
            if (receipt.outcome() == Outcome.ACCEPTED && news) {
                told.add(client + "@" + open);
            }
        }

        /** What waits for the disk is lost, or the last of it, and so is all memory. */
        private void kill() {
            for (int i = random.nextInt(3); i > 0 && ledger.writeEntry(); i--) {
                check();
            }
            ledger.loseWhatWaits(random.nextInt(3));
            stopped = false;
            model = new FakeModel();
            haveRoom(room);
            machine = start(ledger.recovery(this::respool));
        }

        /** Somebody goes on with a run that left something. */
        private void goOn() {
            if (machine.keepsUpdates()) {
                kill();
            }
        }

        private SpooledUpdate respool(Receipt receipt) {
            int named = Spool.roundOf(receipt.spoolFile());
            UpdateMetadata metadata =
                    new UpdateMetadata(
                            "r",
                            named,
                            receipt.clientId(),
                            named - 1,
                            receipt.exampleCount(),
                            receipt.trainLoss());
            SpoolFile file = files.of(named, receipt.clientId(), receipt.checksum());
            return new SpooledUpdate(metadata, 8, 1, 0, receipt.checksum(), file);
        }

        private RunMachine start(Recovery recovery) {
            RunPlan plan =
                    new RunPlan(
                            "r",
                            config,
                            config.model(),
                            ParameterLayout.builder().trainable("w", 2).build(),
                            true,
                            schedule.strategy,
                            "cpu",
                            MachineFixture.POLL,
                            RoundTask.Kind.FINISHED);
            Run.Surroundings surroundings =
                    new Run.Surroundings(
                            model, new FakeJournal(), ledger, new RunMetrics(METRICS), () -> {});
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
            counting().forEach(client -> counts.add(client + "@" + round));
            assertThat(counts).as("told in round %d", round).containsAll(ofRound(round));
            assertThat(counts.size()).isBetween(schedule.fewest, schedule.most);
            for (Receipt receipt : ledger.receipts()) {
                int named = Spool.roundOf(receipt.spoolFile());
                assertThat(counted.add(receipt.clientId() + "@" + named))
                        .as("counts once: %s", receipt)
                        .isTrue();
            }
            assertThat(ledger.metrics)
                    .hasEntrySatisfying(
                            round, line -> assertThat(line.accepted()).isEqualTo(counts.size()));
            assertFolded(round);
            told.clear();
        }

        /** The model moves once all that counts is folded, each update once. */
        private void assertFolded(int round) {
            if (publication(round) >= 0) {
                assertThat(folded(round)).containsExactlyInAnyOrderElementsOf(counting());
            }
        }

        private List<String> counting() {
            return ledger.receipts().stream().map(Receipt::clientId).toList();
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
                } else if (order.equals("reset") || order.equals("publish " + (round - 1))) {
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
            repairAll();
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
                clock.advance(Duration.ofSeconds(5));
                machine.advance();
                goOn();
            }
            RunStatus end = machine.status();
            if (stopped && end.state() == RunStatus.State.STOPPED) {
                assertStoppedWithoutAStepThatItHad();
                return;
            }
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(end.modelVersion()).isEqualTo(ROUNDS);
        }

        /** An asynchronous run leaves no buffer that would have made a step. */
        private void assertStoppedWithoutAStepThatItHad() {
            if (schedule.buffered() && ledger.last != null && ledger.last.open()) {
                assertThat(ofRound(ledger.last.start().round())).hasSizeLessThan(schedule.fewest);
            }
        }
    }
}
