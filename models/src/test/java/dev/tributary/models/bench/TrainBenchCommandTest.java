package dev.tributary.models.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

class TrainBenchCommandTest {
    private final StringWriter out = new StringWriter();

    @Test
    void jsonHoldsBothRatesAndTheirRatio() {
        assertThat(run("--json")).isZero();

        JsonObject json = JsonParser.parseString(out.toString()).getAsJsonObject();
        double ours = json.get("examples_per_second").getAsDouble();
        double theirs = json.get("djl_examples_per_second").getAsDouble();
        assertThat(ours).isPositive();
        assertThat(theirs).isPositive();
        assertThat(json.get("ratio").getAsDouble()).isEqualTo(ours / theirs);
        assertThat(json.get("model").getAsString()).isEqualTo("cnn");
        assertThat(json.get("batch").getAsInt()).isEqualTo(20);
        assertThat(json.get("device").getAsString()).isEqualTo("cpu");
        assertThat(json.get("repetitions").getAsInt()).isEqualTo(3);
        assertThat(json.get("threads").getAsInt()).isEqualTo(1);
    }

    @Test
    void personReadsBothRates() {
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("LocalTrainer", "DJL's Trainer", "ratio");
    }

    @Test
    void batchLargerThanTheEpochIsToldInOneLine() {
        StringWriter errors = new StringWriter();
        CommandLine command = new CommandLine(new TrainBenchCommand());
        command.setExecutionExceptionHandler(
                (failure, line, parsed) -> {
                    errors.write(String.valueOf(failure.getMessage()));
                    return 1;
                });
        int code = command.execute("--batch", "20", "--examples", "10", "--device", "cpu");

        assertThat(code).isEqualTo(1);
        assertThat(errors.toString()).contains("batch size in [1, 10], found").contains("20");
    }

    private int run(String... more) {
        String[] arguments = {
            "--model",
            "cnn",
            "--model-option",
            "channels=2",
            "--model-option",
            "hidden=none",
            "--batch",
            "20",
            "--examples",
            "100",
            "--device",
            "cpu",
            "--repetitions",
            "3"
        };
        CommandLine command = new CommandLine(new TrainBenchCommand());
        command.setOut(new PrintWriter(out));
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return command.execute(all);
    }
}
