package dev.tributary.server.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.config.CohortConfig;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.store.RunJournal;
import dev.tributary.server.telemetry.RunMetrics;
import dev.tributary.server.telemetry.ServerMetrics;
import dev.tributary.strategy.Strategy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

final class CoordinatorTest {
    /** Runs out of memory at the first event. */
    private static final RunJournal EXHAUSTED =
            new RunJournal() {
                @Override
                public void append(RoundMetrics metrics) {}

                @Override
                public void append(RunEvent event) {
                    throw new OutOfMemoryError("for a test");
                }

                @Override
                public void finish(RunStatus last, String modelSha256) {}
            };

    private static Coordinator coordinator(RunJournal journal, FakeLedger ledger) {
        var config = MachineFixture.config(CohortConfig.of(2));
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
        return new Coordinator(
                plan,
                RoundClock.system(),
                MachineFixture.SILENCE,
                new FakeModel(),
                journal,
                ledger,
                new RunMetrics(new ServerMetrics()),
                Recovery.NONE);
    }

    @Test
    void errorEndsTheRunAndNotTheAnswers() throws Exception {
        FakeLedger ledger = new FakeLedger();
        try (Coordinator coordinator = coordinator(EXHAUSTED, ledger)) {
            ClientRegistration client = new ClientRegistration("a", 1, "test", 1, "cpu");
            assertThatThrownBy(() -> coordinator.register(client).get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(OutOfMemoryError.class);
            RunStatus end = coordinator.end().get(10, TimeUnit.SECONDS);
            assertThat(end.state()).isEqualTo(RunStatus.State.FAILED);
            assertThat(end.message()).contains("for a test");
            assertThat(coordinator.status().get(10, TimeUnit.SECONDS).state())
                    .isEqualTo(RunStatus.State.FAILED);
            assertThat(ledger.states).endsWith("FAILED");
        }
    }

    @Test
    void questionsThatComeWhileItClosesAreAnswered() throws Exception {
        for (int i = 0; i < 300; i++) {
            Coordinator coordinator = coordinator(new FakeJournal(), new FakeLedger());
            List<CompletableFuture<RunStatus>> asked = new ArrayList<>();
            Thread asking =
                    new Thread(
                            () -> {
                                do {
                                    asked.add(coordinator.status());
                                } while (!asked.get(asked.size() - 1).isCompletedExceptionally()
                                        && asked.size() < 100_000);
                            });
            asking.start();
            coordinator.close();
            asking.join();
            for (CompletableFuture<RunStatus> answer : asked) {
                RunStatus unused =
                        answer.handle((status, failure) -> status).get(5, TimeUnit.SECONDS);
            }
        }
    }
}
