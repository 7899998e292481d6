package dev.tributary.server.round;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunConfigBuilder;
import dev.tributary.config.StrategyConfig;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.cohort.ClientRegistry;
import dev.tributary.server.telemetry.RunMetrics;
import dev.tributary.server.telemetry.ServerMetrics;
import dev.tributary.strategy.Strategies;
import dev.tributary.wire.UpdateMetadata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A machine with everything around it made by hand. */
final class MachineFixture {
    static final Duration DEADLINE = Duration.ofSeconds(60);
    static final Duration SILENCE = Duration.ofSeconds(30);
    static final Duration POLL = Duration.ofSeconds(10);
    static final long EXAMPLES = 100;
    static final int MOST_CLIENTS = 12;

    final HandClock clock = new HandClock();
    final FakeModel model = new FakeModel();
    final FakeJournal journal = new FakeJournal();
    final FakeLedger ledger = new FakeLedger();
    final ServerMetrics serverMetrics = new ServerMetrics();
    final RunMetrics metrics = new RunMetrics(serverMetrics);
    final RunMachine machine;
    final RunConfig config;
    private final Spool spool;

    MachineFixture(Path directory, RunConfig config) {
        this(directory, config, model -> {});
    }

    MachineFixture(Path directory, RunConfig config, Consumer<FakeModel> prepare) {
        this(directory, config, prepare, Recovery.NONE);
    }

    /** A server that was started again. */
    MachineFixture(
            Path directory, RunConfig config, Consumer<FakeModel> prepare, Recovery recovery) {
        this.config = config;
        prepare.accept(model);
        ledger.goOnWith(recovery);
        try {
            spool = new Spool(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RunPlan plan =
                new RunPlan(
                        "r",
                        config,
                        config.model(),
                        ParameterLayout.builder().trainable("w", 2).build(),
                        true,
                        Strategies.of(config),
                        "cpu",
                        POLL,
                        RoundTask.Kind.FINISHED);
        Run.Surroundings surroundings =
                new Run.Surroundings(model, journal, ledger, metrics, () -> {});
        machine =
                new RunMachine(
                        new Run(
                                plan,
                                clock,
                                new ClientRegistry(SILENCE, MOST_CLIENTS),
                                surroundings),
                        recovery);
        machine.advance();
    }

    static RunConfig config(CohortConfig cohort) {
        return config(cohort, builder -> builder);
    }

    static RunConfig config(CohortConfig cohort, UnaryOperator<RunConfigBuilder> more) {
        RunConfigBuilder builder =
                RunConfig.builder(
                                new ModelSpec("vector", Map.of()),
                                DataConfig.of("digits", MOST_CLIENTS))
                        .cohort(cohort.withDeadline(DEADLINE))
                        .rounds(3)
                        .evaluation(new EvaluationConfig(false, false, 1));
        return more.apply(builder).build();
    }

    /** An asynchronous run with two clients at work. */
    static RunConfig buffered(int buffer) {
        CohortConfig two = CohortConfig.of(2).withMinimum(1).withAttempts(0);
        StrategyConfig fedbuff = new StrategyConfig("fedbuff", 1, Map.of("buffer", "" + buffer));
        return config(two, run -> run.rounds(20).strategy(fedbuff));
    }

    MachineFixture register(String... clients) {
        for (String client : clients) {
            machine.register(registration(client));
            machine.advance();
        }
        return this;
    }

    static ClientRegistration registration(String client) {
        return new ClientRegistration(client, 1, "test", EXAMPLES, "cpu");
    }

    void leave(String client) {
        machine.leave(client);
        machine.advance();
    }

    CompletableFuture<Optional<RoundTask>> poll(String client) {
        CompletableFuture<Optional<RoundTask>> reply = new CompletableFuture<>();
        machine.poll(client, reply);
        machine.advance();
        return reply;
    }

    /** The client makes itself heard; whether it gets a task is not the point. */
    void hear(String client) {
        CompletableFuture<Optional<RoundTask>> unused = poll(client);
    }

    /** The task of a client that has one. */
    RoundTask task(String client) {
        return poll(client).join().orElseThrow();
    }

    boolean hasTask(String client) {
        CompletableFuture<Optional<RoundTask>> reply = poll(client);
        return reply.isDone() && reply.join().isPresent();
    }

    UpdateReceipt update(String client, int round) {
        return offer(client, round, EXAMPLES, 1);
    }

    UpdateReceipt offer(String client, int round, long exampleCount, float magnitude) {
        return offer(spooled(client, round, exampleCount, magnitude)).join();
    }

    CompletableFuture<UpdateReceipt> offer(SpooledUpdate update) {
        CompletableFuture<UpdateReceipt> receipt = machine.offer(update);
        machine.advance();
        return receipt;
    }

    UpdateReceipt reject(String client, int round, ErrorCode code) {
        UpdateReceipt receipt =
                machine.reject(
                        round,
                        client,
                        new UpdateReceipt(Outcome.REJECTED, false, code, "wrong", 5));
        machine.advance();
        return receipt;
    }

    SpooledUpdate spooled(String client, int round, long exampleCount, float magnitude) {
        return spooled(client, round, exampleCount, magnitude, "00000000");
    }

    SpooledUpdate spooled(
            String client, int round, long exampleCount, float magnitude, String checksum) {
        UpdateMetadata metadata =
                new UpdateMetadata("r", round, client, round - 1, exampleCount, 0.25);
        try {
            Content content = new Content(checksum, 8);
            return new SpooledUpdate(
                    metadata, 8, magnitude, 0, checksum, spool.open(round, client, content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void pass(Duration duration) {
        clock.advance(duration);
        machine.advance();
    }

    void complete() {
        model.complete();
        machine.advance();
    }

    Phase phase() {
        return machine.phase();
    }

    List<String> eventsOf(RunEvent.Level level) {
        return journal.events.stream()
                .filter(event -> event.level() == level)
                .map(event -> event.message())
                .toList();
    }
}
