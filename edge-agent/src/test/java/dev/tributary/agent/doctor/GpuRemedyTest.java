package dev.tributary.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class GpuRemedyTest {
    private static final GpuDriver NONE = new GpuDriver(false, List.of());
    private static final GpuDriver CARD = new GpuDriver(true, List.of("H100, 81559 MiB, 550.54"));

    @Test
    void whatIsMissingFirstIsTheNextStep() {
        assertThat(GpuRemedy.of(NONE, false, false)).startsWith("install NVIDIA's driver");
        assertThat(GpuRemedy.of(CARD, false, false)).startsWith("start with TRIBUTARY_STACK=cuda");
        assertThat(GpuRemedy.of(CARD, true, false)).startsWith("link PyTorch's libcudart");
        assertThat(GpuRemedy.of(CARD, true, true)).contains("CUDA_VISIBLE_DEVICES");
    }

    @Test
    void machineWithoutAGpuFailsOnlyWhereOneIsRequired() {
        assertThat(EngineProbe.gpus(NONE, 0, false))
                .isEqualTo(Finding.ok("gpu", "none (no NVIDIA driver): computing on the CPU"));
        assertThat(EngineProbe.gpus(NONE, 0, true))
                .isEqualTo(
                        Finding.problem(
                                "gpu",
                                "none can be used (no NVIDIA driver): install NVIDIA's driver, so"
                                        + " that nvidia-smi lists the GPU, and start with"
                                        + " TRIBUTARY_STACK=cuda"));
        assertThat(EngineProbe.gpus(CARD, 1, true).level()).isEqualTo(Finding.Level.OK);
    }
}
