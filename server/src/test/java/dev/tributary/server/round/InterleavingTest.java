package dev.tributary.server.round;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.strategy.RoundSchedule;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.Strategy;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
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
    static final int ROUNDS = 3;

    /** How rounds close, and how many updates make one. */
    record Schedule(RunConfig config, Strategy strategy, int fewest, int most) {
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
        InterleavedRun.Files files = new InterleavedRun.Files(new Spool(directory));
        System.out.printf("interleavings, %s: %d, from seed %d%n", schedule, RUNS, SEED);
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            try {
                new InterleavedRun(schedule, new Random(seed), files).tell();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("with -Dtributary.seed=" + seed, e);
            }
        }
    }
}
