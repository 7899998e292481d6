package dev.tributary.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.testkit.EngineExtension;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Files cross between Python's {@code safetensors} and ours. Runs where a Python has that package
 * and numpy; {@code -Dtributary.python=...} says which one.
 */
@ExtendWith(EngineExtension.class)
class PythonSafetensorsTest {
    private static final String PYTHON = System.getProperty("tributary.python", "python3");
    private static final ParameterLayout LAYOUT =
            ParameterLayout.builder().trainable("weight", 2, 3).trainable("bias", 2).build();
    private static final float[] VALUES = {1, 2.5f, -3, 4, 5, 6, -7, 0.125f};

    @TempDir Path directory;

    @BeforeAll
    static void requirePython() throws InterruptedException {
        boolean found;
        try {
            found = run("import safetensors.numpy, numpy").exitCode() == 0;
        } catch (IOException e) {
            found = false;
        }
        assumeTrue(
                found,
                "skipped: "
                        + PYTHON
                        + " has no safetensors and numpy (pip install safetensors numpy)");
    }

    @Test
    void aFileWrittenHereOpensInPython(NDManager manager) throws Exception {
        Path file = directory.resolve("ours.safetensors");
        try (NDArray flat = manager.create(VALUES)) {
            Checkpoint.write(file, LAYOUT, flat, Map.of("round", "3"));
        }
        String program =
                """
                import sys
                from safetensors import safe_open
                with safe_open(sys.argv[1], "np") as f:
                    print(f.metadata())
                    for name in ("weight", "bias"):
                        tensor = f.get_tensor(name)
                        print(name, tensor.dtype, tensor.shape, tensor.ravel().tolist())
                """;
        Output output = run(program, file.toString());
        assertThat(output.text().lines())
                .containsExactly(
                        "{'round': '3'}",
                        "weight float32 (2, 3) [1.0, 2.5, -3.0, 4.0, 5.0, 6.0]",
                        "bias float32 (2,) [-7.0, 0.125]");
    }

    @Test
    void aFileWrittenByPythonIsReadHereWhateverItsOrder(NDManager manager) throws Exception {
        Path file = directory.resolve("theirs.safetensors");
        String program =
                """
                import sys
                import numpy as np
                from safetensors.numpy import save_file
                weight = np.array([[1, 2.5, -3], [4, 5, 6]], dtype=np.float32)
                bias = np.array([-7, 0.125], dtype=np.float32)
                save_file({"bias": bias, "weight": weight}, sys.argv[1])
                """;
        assertThat(run(program, file.toString()).exitCode()).isZero();
        try (Checkpoint checkpoint = Checkpoint.open(file);
                NDArray flat = manager.create(new float[VALUES.length])) {
            checkpoint.read(LAYOUT, flat);
            assertThat(flat.toFloatArray()).containsExactly(VALUES);
        }
    }

    private record Output(int exitCode, String text) {}

    private static Output run(String program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PYTHON, "-c", program));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(process.waitFor(), text);
    }
}
