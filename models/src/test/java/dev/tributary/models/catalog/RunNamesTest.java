package dev.tributary.models.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.RunFile;
import dev.tributary.config.RunFileException;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

class RunNamesTest {

    @Test
    void everyUnknownNameIsToldAtOnceWithItsLineAndTheNearest() {
        assertThat(
                        told(
                                """
                                model: mpl
                                data:
                                  dataset: digit
                                  partition: {scheme: idd, clients: 4}
                                cohort:
                                  size: 4
                                  sampler: {name: utilty}
                                strategy: fedavgg
                                """))
                .containsExactly(
                        "run.yaml:1: model.name: expected a known model, perhaps mlp, found"
                                + " \"mpl\"",
                        "run.yaml:3: data.dataset: expected a known data set, perhaps digits, found"
                                + " \"digit\"",
                        "run.yaml:4: data.partition.scheme: expected a known partition scheme,"
                                + " perhaps iid, found \"idd\"",
                        "run.yaml:7: cohort.sampler.name: expected a known sampler, perhaps"
                                + " utility, found \"utilty\"",
                        "run.yaml:8: strategy.name: expected a known strategy, perhaps fedavg,"
                                + " found \"fedavgg\"");
    }

    @Test
    void everyUnknownOptionIsToldAtOnceWithItsLineAndTheNearest() {
        assertThat(
                        told(
                                """
                                model:
                                  name: mlp
                                  options:
                                    hiden: "200"
                                data:
                                  dataset: digits
                                  options: {exmples: 30}
                                  partition:
                                    clients: 2
                                    scheme: dirichlet
                                    options:
                                      aplha: 2
                                strategy:
                                  name: krum
                                  options:
                                    zzzzzzzz: 2
                                """))
                .containsExactly(
                        "run.yaml:4: model.options.hiden: expected a known option, perhaps hidden,"
                                + " found \"hiden\"",
                        "run.yaml:7: data.options.exmples: expected a known option, perhaps"
                                + " examples, found \"exmples\"",
                        "run.yaml:12: data.partition.options.aplha: expected a known option,"
                                + " perhaps alpha, found \"aplha\"",
                        "run.yaml:16: strategy.options.zzzzzzzz: expected a known option"
                                + " (byzantine, server-momentum), found \"zzzzzzzz\"");
    }

    @Test
    void wrongValuesOfOptionsAreToldWithTheirLines() {
        assertThat(
                        told(
                                """
                                model: {name: djl}
                                data:
                                  dataset: digits
                                  partition:
                                    clients: 2
                                    scheme: dirichlet
                                    options:
                                      alpha: many
                                strategy:
                                  name: krum
                                  options:
                                    byzantine: -1
                                """))
                .hasSize(3)
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .startsWith("run.yaml:1: model.options.")
                                        .endsWith("for there is no default, found none"))
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "run.yaml:8: data.partition.options.alpha: expected"
                                                        + " a number in [")
                                        .endsWith("found \"many\""))
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "run.yaml:12: strategy.options.byzantine: expected")
                                        .endsWith("found \"-1\""));
    }

    @Test
    void roundsThatMayBeTooSmallForTheRuleAreRefused() {
        assertThat(
                        told(
                                """
                                model: mlp
                                data: {dataset: digits, partition: {scheme: iid, clients: 10}}
                                cohort: {size: 10, minimum: 6}
                                strategy: {name: krum, options: {byzantine: 2}}
                                """))
                .containsExactly(
                        "run.yaml:3: cohort.minimum: expected at least 7, because Krum needs n >="
                                + " 2f + 3 with f = 2, found 6");
    }

    @Test
    void unknownNamesAreToldWithEverythingElseThatIsWrong() {
        assertThat(
                        told(
                                """
                                model: {name: mlp, options: {hiden: "200"}}
                                data:
                                  dataset: digits
                                  partition: {scheme: idd, clients: none}
                                cohort: {size: many, minimum: 6}
                                strategy: {name: krum, options: {byzantine: 2}}
                                rouns: 3
                                evaluation: {every: 0}
                                """))
                .hasSize(6)
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("run.yaml:1: model.options.hiden: "),
                        line -> assertThat(line).startsWith("run.yaml:4: data.partition.clients: "),
                        line ->
                                assertThat(line)
                                        .isEqualTo(
                                                "run.yaml:4: data.partition.scheme: expected a"
                                                    + " known partition scheme, perhaps iid, found"
                                                    + " \"idd\""),
                        line -> assertThat(line).startsWith("run.yaml:5: cohort.size: "),
                        line -> assertThat(line).startsWith("run.yaml:7: rouns: "),
                        line -> assertThat(line).startsWith("run.yaml:8: evaluation.every: "));
    }

    @Test
    void whatIsWrongByItsFormIsNotToldAgainAsUnknown() {
        assertThat(
                        told(
                                """
                                data: {dataset: a b, partition: [iid]}
                                strategy: {name: a b, options: {byzantine: 2}}
                                """))
                .hasSize(4)
                .anyMatch(line -> line.startsWith("run.yaml:1: model.name: "))
                .anyMatch(line -> line.startsWith("run.yaml:1: data.dataset: "))
                .anyMatch(line -> line.startsWith("run.yaml:1: data.partition: "))
                .anyMatch(line -> line.startsWith("run.yaml:2: strategy.name: "));
    }

    @Test
    void whatIsThereIsLetThrough() {
        assertThat(
                        told(
                                """
                                model: {name: mlp, options: {hidden: "50"}}
                                data:
                                  dataset: digits
                                  partition: {scheme: shards, clients: 2, options: {shards-per-client: 3}}
                                """))
                .isEmpty();
    }

    private static List<String> told(String text) {
        try {
            RunFile.parse(text, "run.yaml", Path.of("."), RunNames::problems);
            return List.of();
        } catch (RunFileException e) {
            return String.valueOf(e.getMessage()).lines().toList();
        }
    }
}
