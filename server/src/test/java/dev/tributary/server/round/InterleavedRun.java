package dev.tributary.server.round;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.tributary.server.round.InterleavingTest.Schedule;
import dev.tributary.server.telemetry.RunMetrics;
import dev.tributary.server.telemetry.ServerMetrics;
import dev.tributary.wire.UpdateMetadata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** One run and all that happens to it. */
final class InterleavedRun {
    private static final ServerMetrics METRICS = new ServerMetrics();
    private static final int STEPS = 60;
    private static final List<String> CLIENTS = List.of("a", "b", "c", "d");

    private final Schedule schedule;
    private final Random random;
    private final Files files;
    private final FakeLedger ledger = new FakeLedger();
    private final HandClock clock = new HandClock();
    private final RunContract contract;

    private FakeModel model = new FakeModel();
    private RunMachine machine;

    /** Whether there is room on the disk for models. */
    private boolean room = true;

    private boolean stopped;

    InterleavedRun(Schedule schedule, Random random, Files files) {
        this.schedule = schedule;
        this.random = random;
        this.files = files;
        contract = new RunContract(schedule, ledger);
        machine = start(Recovery.NONE);
    }

    void tell() {
        ledger.slow = true;
        for (int i = 0; i < STEPS && !machine.ended(); i++) {
            step();
            machine.advance();
            contract.check(machine, model);
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
            case 6 -> offer(client, random.nextInt(InterleavingTest.ROUNDS + 2), "00000000");
            case 7 -> offer(client, likely(), "11111111");
            case 8, 9 -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    writeOne();
                    contract.check(machine, model);
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
                room ? null : new UncheckedIOException(new IOException("No space left on device"));
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
                contract.check(machine, model);
            } while (writeOne());
            clock.advance(Duration.ofSeconds(1));
            machine.advance();
        }
        assertThat(machine.ended()).as("ended, and not %s", machine.status().message()).isTrue();
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
        machine.register(new ClientRegistration(client, 1, "test", MachineFixture.EXAMPLES, "cpu"));
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
                        "r", round, client, Math.max(0, round - 1), MachineFixture.EXAMPLES, 0.5);
        SpooledUpdate update =
                new SpooledUpdate(metadata, 8, 1, 0, checksum, files.of(round, client, checksum));
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
            contract.told(client, open);
        }
    }

    /** What waits for the disk is lost, or the last of it, and so is all memory. */
    private void kill() {
        for (int i = random.nextInt(3); i > 0 && ledger.writeEntry(); i--) {
            contract.check(machine, model);
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
                        schedule.config(),
                        schedule.config().model(),
                        ParameterLayout.builder().trainable("w", 2).build(),
                        true,
                        schedule.strategy(),
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
                    contract.check(machine, model);
                }
            }
            clock.advance(Duration.ofSeconds(5));
            machine.advance();
            goOn();
        }
        RunStatus end = machine.status();
        if (stopped && end.state() == RunStatus.State.STOPPED) {
            contract.checkStopped();
            return;
        }
        assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(end.modelVersion()).isEqualTo(InterleavingTest.ROUNDS);
    }

    /** Files of updates, by their names: what is in them is not the point. */
    record Files(Spool spool, Map<String, SpoolFile> known) {
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
}
