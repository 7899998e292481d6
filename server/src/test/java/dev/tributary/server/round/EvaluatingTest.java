package dev.tributary.server.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.EvaluationConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.StopConfig;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.database.RoundEnd;
import dev.tributary.server.database.RoundStart;
import dev.tributary.server.database.StoredRound;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Evaluation between rounds, and what it stops. */
final class EvaluatingTest {
    private static final CohortConfig TWO = CohortConfig.of(2);

    @TempDir private Path directory;

    private MachineFixture fixture(EvaluationConfig evaluation, StopConfig stop) {
        return new MachineFixture(
                directory,
                MachineFixture.config(TWO, builder -> builder.evaluation(evaluation).stop(stop)));
    }

    private static UpdateReceipt report(
            MachineFixture run, String client, int round, EvaluationReport report) {
        UpdateReceipt receipt = run.machine.report(round, client, report);
        run.machine.advance();
        return receipt;
    }

    @Test
    void initialModelIsMeasuredAsRoundZero() {
        MachineFixture run =
                fixture(new EvaluationConfig(true, false, 1), StopConfig.never())
                        .register("a", "b");
        RoundMetrics initial = run.journal.rounds.get(0);
        assertThat(initial.round()).isZero();
        assertThat(initial.loss()).isEqualTo(2.0);
        assertThat(initial.accuracy()).isEqualTo(0.5);
    }

    @Test
    void nextRoundWaitsForTheCentralEvaluation() {
        MachineFixture run =
                fixture(new EvaluationConfig(true, false, 1), StopConfig.never())
                        .register("a", "b");
        run.model.patient = true;
        run.update("a", 1);
        run.update("b", 1);
        run.complete();
        run.complete();
        assertThat(run.phase()).isInstanceOf(Evaluating.class);
        run.model.evaluation = new EvaluationResult(4, 2, 3);
        run.complete();
        assertThat(run.phase()).isInstanceOf(Collecting.class);
        assertThat(run.journal.rounds.get(1).loss()).isEqualTo(2.0);
    }

    @Test
    void evaluationComesOnlyWhenItIsDueAndAtTheEnd() {
        MachineFixture run =
                fixture(new EvaluationConfig(true, false, 2), StopConfig.never())
                        .register("a", "b");
        for (int round = 1; round <= 3; round++) {
            run.update("a", round);
            run.update("b", round);
        }
        assertThat(run.journal.rounds).extracting(RoundMetrics::loss).hasSize(4);
        assertThat(run.journal.rounds.get(1).loss()).isNull();
        assertThat(run.journal.rounds.get(2).loss()).isNotNull();
        assertThat(run.journal.rounds.get(3).loss()).isNotNull();
    }

    @Test
    void reachedAccuracyEndsTheRun() {
        MachineFixture run =
                fixture(new EvaluationConfig(true, false, 1), StopConfig.never().withAccuracy(0.5));
        run.register("a", "b");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(run.machine.status().message()).contains("accuracy 0.5000");
    }

    @Test
    void lossAtTheThresholdEndsTheRun() {
        MachineFixture run =
                fixture(new EvaluationConfig(true, false, 1), StopConfig.never().withLoss(2.0));
        run.register("a", "b");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.machine.status().message()).contains("loss 2.0000");
    }

    @Test
    void lossAboveTheThresholdDoesNot() {
        MachineFixture run =
                fixture(new EvaluationConfig(true, false, 1), StopConfig.never().withLoss(1.9));
        run.register("a", "b");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.machine.status().round()).isEqualTo(2);
    }

    @Test
    void plateauEndsTheRun() {
        StopConfig patient = StopConfig.never().withPlateau(new StopConfig.Plateau(2, 0));
        MachineFixture run = fixture(new EvaluationConfig(true, false, 1), patient);
        run.register("a", "b");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.RUNNING);
        run.update("a", 2);
        run.update("b", 2);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(run.machine.status().message()).contains("in 2 evaluations");
    }

    @Test
    void restartedServerKnowsWhatItHasMeasured() {
        RunConfig config =
                MachineFixture.config(
                        TWO,
                        builder ->
                                builder.rounds(100)
                                        .evaluation(new EvaluationConfig(true, false, 1))
                                        .stop(
                                                StopConfig.never()
                                                        .withPlateau(
                                                                new StopConfig.Plateau(3, 0))));
        // The evaluation of round 2, which was closed, is made again: 0.5 after 0.6 twice.
        MachineFixture run =
                new MachineFixture(directory, config, model -> {}, after(measured(0.6), 10));
        assertThat(run.machine.status().round()).isEqualTo(3);
        run.register("a", "b");
        run.update("a", 3);
        run.update("b", 3);
        assertThat(run.machine.status().message()).contains("than 0.6000 in 3 evaluations");
    }

    @Test
    void restartedServerKnowsHowLongTheRunHasTakenAndWhatItHasSent() {
        RunConfig config =
                MachineFixture.config(
                        TWO,
                        builder ->
                                builder.rounds(100)
                                        .evaluation(new EvaluationConfig(true, false, 1))
                                        .stop(
                                                StopConfig.never()
                                                        .withWallTime(Duration.ofHours(1))));
        MachineFixture run =
                new MachineFixture(directory, config, model -> {}, after(measured(0.6), 3600));
        RunStatus status = run.machine.status();
        assertThat(status.message()).contains("its time of 1h is up");
        assertThat(status.elapsedSeconds()).isEqualTo(3600);
        assertThat(status.bytesUp()).isEqualTo(3 * 800);
        assertThat(status.bytesDown()).isEqualTo(3 * 900);
    }

    /** Two rounds are closed, of which the first took so long. */
    private static Recovery after(Function<RoundMetrics, RoundMetrics> measured, double seconds) {
        List<RoundMetrics> history =
                Stream.of(0, 1, 2)
                        .map(
                                round ->
                                        new RoundMetrics(
                                                round,
                                                round,
                                                2,
                                                2,
                                                0,
                                                0,
                                                null,
                                                null,
                                                null,
                                                null,
                                                null,
                                                800,
                                                900,
                                                round == 1 ? seconds : 0,
                                                0))
                        .map(measured)
                        .toList();
        StoredRound last =
                new StoredRound(
                        new RoundStart("r", 2, 1, List.of("a", "b"), 1),
                        new RoundEnd(2, "00"),
                        Instant.EPOCH,
                        Instant.EPOCH);
        return new Recovery(List.of(), history, 0, last, List.of(), List.of(), List.of());
    }

    private static Function<RoundMetrics, RoundMetrics> measured(double accuracy) {
        return round -> round.withEvaluation(accuracy, 1.0, null, null, 0);
    }

    @Test
    void divergedModelFailsTheRun() {
        MachineFixture run =
                fixture(
                        new EvaluationConfig(true, false, 1),
                        StopConfig.never().withDivergence(1.5));
        run.register("a", "b");
        run.model.evaluation = new EvaluationResult(4, 16, 2);
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FAILED);
        assertThat(run.machine.status().message()).contains("diverged: loss 4.0000, after 2.0000");
    }

    @Test
    void wallTimeEndsTheRunAfterItsRound() {
        StopConfig brief = StopConfig.never().withWallTime(Duration.ofSeconds(30));
        MachineFixture run = fixture(new EvaluationConfig(false, false, 1), brief);
        run.register("a", "b");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.machine.status().round()).isEqualTo(2);
        run.clock.advance(Duration.ofSeconds(30));
        run.update("a", 2);
        run.update("b", 2);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(run.machine.status().message()).contains("its time of 30s is up");
    }

    @Test
    void evaluationThatFailsEndsTheRunWithItsCause() {
        MachineFixture run =
                fixture(new EvaluationConfig(true, false, 1), StopConfig.never())
                        .register("a", "b");
        run.model.evaluateFailure = new IllegalStateException("labels do not fit");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(run.machine.status().state()).isEqualTo(RunStatus.State.FAILED);
        assertThat(run.machine.status().message()).contains("labels do not fit");
        assertThat(run.journal.rounds).hasSize(2);
    }

    @Test
    void clientsEvaluateAndTheirSumsAdd() {
        MachineFixture run =
                fixture(new EvaluationConfig(false, true, 1), StopConfig.never())
                        .register("a", "b");
        run.update("a", 1);
        run.update("b", 1);
        RoundTask task = run.task("a");
        assertThat(task.kind()).isEqualTo(RoundTask.Kind.EVALUATE);
        assertThat(task.modelVersion()).isEqualTo(1);
        report(run, "a", 1, new EvaluationReport(10, 5, 4));
        assertThat(report(run, "a", 1, new EvaluationReport(10, 5, 4)).duplicate()).isTrue();
        assertThat(run.hasTask("a")).isFalse();
        report(run, "b", 1, new EvaluationReport(30, 35, 36));
        assertThat(run.journal.rounds.get(0).federatedLoss()).isEqualTo(1.0);
        assertThat(run.journal.rounds.get(0).federatedAccuracy()).isEqualTo(1.0);
        assertThat(run.machine.status().round()).isEqualTo(2);
        assertThat(report(run, "b", 1, new EvaluationReport(1, 1, 1)).code())
                .isEqualTo(ErrorCode.LATE);
    }

    @Test
    void silentEvaluatorIsLeftOutAtTheDeadline() {
        MachineFixture run =
                fixture(new EvaluationConfig(false, true, 1), StopConfig.never())
                        .register("a", "b");
        run.update("a", 1);
        run.update("b", 1);
        assertThat(report(run, "a", 1, new EvaluationReport(10, 5, 4)).outcome())
                .isEqualTo(Outcome.ACCEPTED);
        run.pass(MachineFixture.DEADLINE);
        assertThat(run.journal.rounds.get(0).federatedLoss()).isEqualTo(0.5);
    }

    @Test
    void reportOfOneWhoWasNotAskedIsRejected() {
        MachineFixture run =
                new MachineFixture(
                        directory,
                        MachineFixture.config(
                                TWO.withWaitFor(3),
                                builder ->
                                        builder.evaluation(new EvaluationConfig(false, true, 1))));
        run.register("a", "b", "c");
        for (String client : run.machine.view().selected()) {
            run.update(client, 1);
        }
        String outside =
                Stream.of("a", "b", "c")
                        .filter(id -> !run.machine.view().selected().contains(id))
                        .findFirst()
                        .orElseThrow();
        assertThat(report(run, outside, 1, new EvaluationReport(1, 1, 1)).code())
                .isEqualTo(ErrorCode.NOT_SELECTED);
    }

    @Test
    void deadlineWakesNobodyWhileTheServerEvaluates() {
        MachineFixture run =
                fixture(new EvaluationConfig(true, true, 1), StopConfig.never()).register("a", "b");
        run.model.patient = true;
        run.update("a", 1);
        run.update("b", 1);
        run.complete();
        run.complete();
        run.pass(MachineFixture.DEADLINE.plusSeconds(1));
        assertThat(run.phase()).isInstanceOf(Evaluating.class);
        assertThat(run.machine.wakeNanos()).isEqualTo(RoundClock.NEVER);
        run.complete();
        assertThat(run.phase()).isNotInstanceOf(Evaluating.class);
    }

    @Test
    void moreExamplesThanRegisteredAreABadWeight() {
        MachineFixture run =
                fixture(new EvaluationConfig(false, true, 1), StopConfig.never())
                        .register("a", "b");
        run.update("a", 1);
        run.update("b", 1);
        EvaluationReport tooMany = new EvaluationReport(MachineFixture.EXAMPLES + 1, 5, 4);
        assertThat(report(run, "a", 1, tooMany).code()).isEqualTo(ErrorCode.BAD_WEIGHT);
        report(run, "b", 1, new EvaluationReport(10, 5, 4));
        assertThat(run.journal.rounds.get(0).federatedLoss()).isEqualTo(0.5);
    }
}
