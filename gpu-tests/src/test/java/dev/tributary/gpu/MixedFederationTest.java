package dev.tributary.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.stories.SmallFederation;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** One run with a server and agents on the GPU, several of them, and an agent on the CPU. */
@Timeout(120)
@Tag("pretended-gpu")
@ExtendWith(GpuRequired.class)
class MixedFederationTest {
    @TempDir private Path runs;

    @Test
    void agentsOnGpuAndCpuServeOneRun() {
        try (SmallFederation federation =
                new SmallFederation(
                        SmallFederation.run(4, 5).device(GpuRequired.name()).build(), runs)) {
            federation.agentOn(GpuRequired.device(), 0, 1);
            federation.agentOn(GpuRequired.device(), 2);
            federation.agentOn(Device.cpu(), 3);

            RunStatus end = federation.server().awaitEnd();
            assertThat(end.state()).as(end.message()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(end.history()).filteredOn(round -> round.round() > 0).hasSize(5);
            RoundMetrics last = end.history().get(end.history().size() - 1);
            assertThat(last.accepted()).isEqualTo(4);
            assertThat(last.accuracy()).isGreaterThan(0.5);
        }
    }
}
