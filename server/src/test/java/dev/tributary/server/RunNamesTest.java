package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.cli.CommandException;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;

class RunNamesTest {

    @Test
    void everyUnknownNameIsToldAtOnce() {
        RunConfig config =
                parse(
                        """
                        model: mpl
                        data:
                          dataset: digit
                          partition: {scheme: idd, clients: 4}
                        strategy: fedavgg
                        """);
        assertThatThrownBy(() -> RunNames.check(config))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("\"mpl\"")
                .hasMessageContaining("\"digit\"")
                .hasMessageContaining("\"idd\"")
                .hasMessageContaining("\"fedavgg\"")
                .hasMessageMatching("(?s)([^\n]+\n){3}[^\n]+");
    }

    @Test
    void optionsOfTheModelAreChecked() {
        RunConfig config =
                parse(
                        """
                        model: {name: mlp, options: {hiden: "200"}}
                        data: {dataset: digits, partition: {scheme: iid, clients: 2}}
                        """);
        assertThatThrownBy(() -> RunNames.check(config))
                .hasMessageContaining("model mlp")
                .hasMessageContaining("hidden")
                .hasMessageContaining("\"hiden\"");
    }

    @Test
    void roundsThatMayBeTooSmallForTheRuleAreRefused() {
        RunConfig config =
                parse(
                        """
                        model: mlp
                        data: {dataset: digits, partition: {scheme: iid, clients: 10}}
                        cohort: {size: 10, minimum: 6}
                        strategy: {name: krum, options: {byzantine: 2}}
                        """);
        assertThatThrownBy(() -> RunNames.check(config))
                .hasMessage(
                        "cohort.minimum: expected at least 7, because Krum needs n >= 2f + 3 with f"
                                + " = 2; found 6");
    }

    @Test
    void whatIsThereIsLetThrough() {
        RunConfig config =
                parse(
                        """
                        model: {name: mlp, options: {hidden: "50"}}
                        data:
                          dataset: digits
                          partition: {scheme: shards, clients: 2, options: {shards-per-client: 3}}
                        """);
        assertThatCode(() -> RunNames.check(config)).doesNotThrowAnyException();
    }

    private static RunConfig parse(String text) {
        return RunFile.parse(text, "run.yaml", Path.of("."));
    }
}
