package dev.tributary.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.SimulatedRun;
import dev.tributary.testkit.SeededCases;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A few rounds of each preset end at the same model on CPU and GPU: every objective, aggregator and
 * server optimizer on the device, one after the other. Within {@value #TOLERANCE} of the largest
 * parameter, since training adds in other orders there.
 */
@ExtendWith(GpuRequired.class)
class StrategyParityTest {
    private static final double TOLERANCE = 2e-3;
    private static final int CLIENTS = 12;

    /**
     * Clients with data of one kind are about equally far from each other, so a last bit decides
     * whom Bulyan chooses. {@link RobustParityTest} compares it on updates that are given.
     */
    private static final String CHOOSES_AMONG_EQUALS = "bulyan.yaml";

    @TempDir private Path runs;

    static List<Path> presets() throws IOException {
        Path directory = Path.of(System.getProperty("tributary.presets", "../examples/presets"));
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.endsWith(CHOOSES_AMONG_EQUALS))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("presets")
    void aFewRoundsEndAtTheSameModel(Path preset) throws Exception {
        RunConfig config = onDigits(RunFile.read(preset));
        float[] cpu = train(config.toBuilder().device("cpu").build());
        float[] gpu = train(config.toBuilder().device(GpuRequired.name()).build());

        assertThat(gpu).hasSameSizeAs(cpu);
        float largest = SeededCases.magnitude(cpu);
        assertThat(Distance.largest(cpu, gpu)).isLessThan(TOLERANCE * largest);
    }

    /** The preset's algorithm on data that need no file, small enough for a blink. */
    private static RunConfig onDigits(RunConfig preset) {
        DataConfig data =
                DataConfig.of("digits", CLIENTS)
                        .withOptions(Map.of("examples", "480", "test-examples", "50"));
        // One at a time, where clients take turns.
        CohortConfig all =
                CohortConfig.of(Math.min(10, preset.cohort().size())).withWaitFor(CLIENTS);
        return preset.toBuilder()
                .data(data)
                .cohort(preset.cohort().sampler().map(all::withSampler).orElse(all))
                .rounds(4)
                .build();
    }

    private float[] train(RunConfig config) throws Exception {
        try (SimulatedRun run = new SimulatedRun(config, runs, 1)) {
            RunStatus end = run.run();
            assertThat(end.state()).as(end.message()).isEqualTo(RunStatus.State.FINISHED);
            return parameters(run.directory().resolve("model.safetensors"));
        }
    }

    /** A checkpoint is a header, led by its length, and the flat vector. */
    private static float[] parameters(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int header = Long.BYTES + Math.toIntExact(bytes.getLong(0));
        FloatBuffer values = bytes.position(header).slice().order(bytes.order()).asFloatBuffer();
        float[] parameters = new float[values.remaining()];
        values.get(parameters);
        return parameters;
    }
}
