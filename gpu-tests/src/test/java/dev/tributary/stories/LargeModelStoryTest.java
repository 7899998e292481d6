package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import dev.tributary.cli.LaunchCommand;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model of more than 2 GiB makes a round, and the server's memory stays below three times the
 * model. Slow, and writes 20 GB: {@code mvn -Plarge verify} runs it.
 */
@Tag("large")
@Timeout(1800)
class LargeModelStoryTest {
    private static final long PARAMETERS = 600_000_000;
    private static final long MODEL_BYTES = PARAMETERS * Float.BYTES;
    private static final long DISK_BYTES = 10 * MODEL_BYTES;
    private static final long MEMORY_BYTES = 4 * MODEL_BYTES;

    @TempDir private Path directory;

    @Test
    void modelBeyondTwoGibibytesMakesARoundInLessThanThreeTimesItsMemory() throws Exception {
        assumeTrue(
                Files.getFileStore(directory).getUsableSpace() > DISK_BYTES,
                "too little room on the disk: %d bytes are needed".formatted(DISK_BYTES));
        assumeTrue(
                availableMemory() > MEMORY_BYTES,
                "too little memory: %d bytes are needed".formatted(MEMORY_BYTES));
        JsonObject row = bench().getAsJsonArray("results").get(0).getAsJsonObject();
        assertThat(row.get("round_s").getAsJsonArray()).hasSize(1);
        assertThat(row.get("server_peak_rss_mb").getAsDouble() * 1e6).isLessThan(3.0 * MODEL_BYTES);
    }

    private JsonObject bench() throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("bench", "server", "--json"));
        arguments.addAll(List.of("--params", Long.toString(PARAMETERS), "--clients", "2"));
        arguments.addAll(List.of("--rounds", "1", "--warmup", "0"));
        arguments.addAll(List.of("--work-dir", directory.toString()));
        Path out = directory.resolve("out.json");
        Process process =
                new ProcessBuilder(LaunchCommand.of(List.of(), arguments))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(out.toFile())
                        .start();
        try {
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroy();
        }
        return JsonParser.parseString(Files.readString(out)).getAsJsonObject();
    }

    /** In bytes, where the system tells; else as if there were enough. */
    private static long availableMemory() throws IOException {
        Path file = Path.of("/proc/meminfo");
        if (!Files.exists(file)) {
            return Long.MAX_VALUE;
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
