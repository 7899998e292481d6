package dev.tributary.config;

import static dev.tributary.config.RunFiles.failure;
import static dev.tributary.config.RunFiles.problems;
import static dev.tributary.config.RunFiles.problemsOfMinimalWith;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said about run files that are wrong. */
class RunFileProblemsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name: a b | name: expected a name of 1 to 64 letters, digits, dots, dashes and"
                        + " underscores, found \"a b\"",
                "name: | name: expected a name of 1 to 64 letters, digits, dots, dashes and"
                        + " underscores, found nothing",
                "seed: 9223372036854775808 | seed: expected a whole number of 64 bits, found"
                        + " 9223372036854775808",
                "seed: 1.5 | seed: expected a whole number of 64 bits, found 1.5",
                "device: gpu:x | device: expected auto, cpu, gpu, or gpu: and a number such as"
                        + " gpu:0, found \"gpu:x\"",
                "rounds: 0 | rounds: expected a whole number, at least 1 and at"
                        + " most 2147483647, found 0",
                "rounds: ten | rounds: expected a whole number, at least 1 and at"
                        + " most 2147483647, found \"ten\"",
                "rounds: 010 | rounds: expected a whole number, at least 1 and at"
                        + " most 2147483647, found 010",
                "rounds: 2147483648 | rounds: expected a whole number, at least 1 and at"
                        + " most 2147483647, found 2147483648",
                "rounds: [1] | rounds: expected a whole number, at least 1 and at"
                        + " most 2147483647, found a list",
                "rounds: {a: 1} | rounds: expected a whole number, at least 1 and at"
                        + " most 2147483647, found a mapping",
                "cohort: 5 | cohort: expected a section with keys, found 5",
                "cohort: {deadline: 30} | cohort.deadline: expected a duration above 0 and up to"
                        + " 365 days, such as 500ms, 30s, 2m or 1h, found 30",
                "cohort: {deadline: 0s} | cohort.deadline: expected a duration above 0 and up to"
                        + " 365 days, such as 500ms, 30s, 2m or 1h, found \"0s\"",
                "cohort: {size: 0} | cohort.size: expected a whole number, at least 1 and at most"
                        + " 1000000, found 0",
                "training: {batch-size: 0} | training.batch-size: expected a whole number, at"
                        + " least 1 and at most 2147483647, or all, found 0",
                "training: {clip-norm: .nan} | training.clip-norm: expected a finite number, at"
                        + " least 0, found .nan",
                "training: {clip-norm: 1e999} | training.clip-norm: expected a finite number, at"
                        + " least 0, found 1e999",
                "training: {update-precision: bfloat16} | training.update-precision: expected one"
                        + " of float32, float16, found \"bfloat16\"",
                "training: {update: weights, update-precision: float16} |"
                        + " training.update-precision: expected float32 with update: weights, which"
                        + " bear no rounding, found float16",
                "training: {optimizer: {rule: SGD}} | training.optimizer.rule: expected one of"
                        + " sgd, adam, adamw, found \"SGD\"",
                "training: {optimizer: {momentum: 1}} | training.optimizer.momentum: expected a"
                        + " number in [0, 1), found 1",
                "training: {optimizer: {learning-rate: 0x1p3}} |"
                        + " training.optimizer.learning-rate: expected a finite positive number,"
                        + " found \"0x1p3\"",
                "stop: {accuracy: 1.5} | stop.accuracy: expected a number in (0, 1], found 1.5",
                "evaluation: {central: yes} | evaluation.central: expected true or false, found"
                        + " \"yes\"",
                "strategy: {options: {a b: 1}} | strategy.options.a b: expected a name of 1 to 64"
                        + " letters, digits, dots, dashes and underscores, found \"a b\"",
            })
    void wrongValueIsNamedWithItsLine(String line, String problem) {
        assertThat(problemsOfMinimalWith(line)).containsExactly("run.yaml:3: " + problem);
    }

    @Test
    void lineIsThatOfTheValue() {
        String text = "cohort:\n  size: 4\ntraining:\n\n  # a comment\n  batch-size: ten\n";

        assertThat(problemsOfMinimalWith(text))
                .containsExactly(
                        "run.yaml:8: training.batch-size: expected a whole number, at least 1 and"
                                + " at most 2147483647, or all, found \"ten\"");
    }

    @Test
    void lineOfAMissingValueIsThatOfItsKey() {
        assertThat(problemsOfMinimalWith("rounds:\n\n\nseed: 1\n"))
                .containsExactly(
                        "run.yaml:3: rounds: expected a whole number, at least 1 and at most"
                                + " 2147483647, found nothing");
    }

    @Test
    void modelAndDataAreRequired() {
        assertThat(problems("rounds: 5\n"))
                .containsExactly(
                        "run.yaml:1: model.name: expected a name of 1 to 64 letters, digits, dots,"
                                + " dashes and underscores, found nothing",
                        "run.yaml:1: data.dataset: expected a name of 1 to 64 letters, digits,"
                                + " dots, dashes and underscores, found nothing");
    }

    @Test
    void listInPlaceOfARequiredSectionIsOneProblem() {
        assertThat(problems("model: [mlp]\ndata: digits\n"))
                .containsExactly("run.yaml:1: model: expected a section with keys, found a list");
    }

    @Test
    void unknownKeyComesWithTheNearestKnownOne() {
        assertThat(problemsOfMinimalWith("training:\n  batchsize: 10\n"))
                .containsExactly(
                        "run.yaml:4: training.batchsize: expected a known key, perhaps batch-size,"
                                + " found \"batchsize\"");
    }

    @Test
    void unknownKeyFarFromAllComesWithTheList() {
        assertThat(problemsOfMinimalWith("stop:\n  bananas: 10\n"))
                .containsExactly(
                        "run.yaml:4: stop.bananas: expected one of the keys accuracy, loss,"
                                + " plateau, wall-time, divergence, found \"bananas\"");
    }

    @Test
    void keyIsTakenOnce() {
        assertThat(problemsOfMinimalWith("rounds: 5\nseed: 2\nrounds: 6\n"))
                .containsExactly(
                        "run.yaml:5: rounds: expected each key once, found it again after line 3");
    }

    @Test
    void keyIsAWord() {
        assertThat(problemsOfMinimalWith("? [a, b]\n: 5\n"))
                .containsExactly("run.yaml:3: expected a word as key, found a list");
    }

    @Test
    void unquotedCommasInBracesAreExplained() {
        assertThat(problems("model: {name: mlp, options: {hidden: 200,200}}\ndata: digits\n"))
                .containsExactly(
                        "run.yaml:1: model.options.200: expected a value, in quotes if it holds"
                                + " commas, found nothing");
    }

    @Test
    void settingsThatContradictEachOtherAreBothNamed() {
        assertThat(problemsOfMinimalWith("cohort:\n  size: 4\n  minimum: 5\n  wait-for: 9\n"))
                .containsExactly(
                        "run.yaml:5: cohort.minimum: expected at most cohort.size, which is 4,"
                                + " found 5");
        assertThat(problemsOfMinimalWith("cohort:\n  size: 4\n  minimum: 4\n  wait-for: 2\n"))
                .containsExactly(
                        "run.yaml:6: cohort.wait-for: expected at least cohort.minimum, which is"
                                + " 4, found 2");
        assertThat(problems("model: mlp\ndata: none\nevaluation:\n  central: true\n"))
                .containsExactly(
                        "run.yaml:4: evaluation.central: expected false, because data.dataset is"
                                + " none, found true");
        assertThat(problems("model: mlp\ndata: none\nstop: {loss: 0.1}\n"))
                .containsExactly(
                        "run.yaml:3: stop: expected evaluation.central or evaluation.federated to"
                                + " be true, found a target that nobody measures");
    }

    @Test
    void defaultThatContradictsIsToldAtItsNeighbour() {
        assertThat(problemsOfMinimalWith("cohort:\n  minimum: 5\n"))
                .containsExactly(
                        "run.yaml:4: cohort.minimum: expected at most cohort.size, which is 4,"
                                + " found 5");
    }

    @Test
    void wrongValueCausesNoSecondProblemBesideIt() {
        assertThat(problemsOfMinimalWith("cohort:\n  size: many\n  minimum: 50\n")).hasSize(1);
    }

    @Test
    void allProblemsAreToldAtOnceInOrderOfLines() {
        RunFileException failure =
                failure(
                        """
                        evaluation: {every: 0}
                        modle: mlp
                        data:
                          dataset: digits
                          partition: {clients: none}
                        cohort: {size: 2, minimum: 3}
                        training:
                          batch-size: ten
                          optimizer:
                            rate: 0.1
                        rounds: -1
                        rounds: 2
                        """);

        assertThat(failure.problems())
                .extracting(problem -> problem.line() + " " + problem.path())
                .containsExactly(
                        "1 model.name",
                        "1 evaluation.every",
                        "2 modle",
                        "5 data.partition.clients",
                        "6 cohort.minimum",
                        "8 training.batch-size",
                        "10 training.optimizer.rate",
                        "11 rounds",
                        "12 rounds");
        assertThat(RunFiles.lines(failure))
                .hasSize(9)
                .allMatch(line -> line.startsWith("run.yaml:"));
    }
}
