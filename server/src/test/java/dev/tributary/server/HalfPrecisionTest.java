package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.RunConfig;
import dev.tributary.parameters.Float16;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.testkit.SeededCases;
import dev.tributary.training.TrainingPlan;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A run whose updates travel as float16. What should happen: (1) it ends with the model of the same
 * values sent as float32, also (2) after the server was closed and started again.
 *
 * <p>What should not: (3) an update of another precision, or one that is infinite, counts.
 */
@Timeout(60)
class HalfPrecisionTest {
    private static final int EXAMPLES = 100;

    @TempDir private Path directory;

    private final ParameterLayout layout = CrashServer.model().layout();

    @Test
    void halvesCountAsTheirValuesAndSurviveTheServer() {
        String whole;
        try (FederatedServer server = start(Precision.FLOAT32)) {
            for (HandClient client : clients(server)) {
                UpdateReceipt receipt = put(client, client.task(), floats(halves(client)));
                assertThat(receipt.outcome()).isEqualTo(Outcome.ACCEPTED);
            }
            whole = String.valueOf(server.awaitEnd().modelSha256());
        }
        RoundTask task;
        try (FederatedServer server = start(Precision.FLOAT16)) {
            List<HandClient> clients = clients(server);
            clients.get(1).task();
            task = clients.get(0).task();
            assertThat(task.plan().updatePrecision()).isEqualTo(Precision.FLOAT16);
            assertThat(put(clients.get(0), task, shorts(halves(clients.get(0)))).outcome())
                    .isEqualTo(Outcome.ACCEPTED);
        }
        try (FederatedServer server = start(Precision.FLOAT16)) {
            assertThat(server.resumed()).isTrue();
            HandClient second = new HandClient(server.url(), "c1", layout);
            assertThat(put(second, task, shorts(halves(second))).outcome())
                    .isEqualTo(Outcome.ACCEPTED);

            assertThat(server.awaitEnd().modelSha256()).isEqualTo(whole);
        }
    }

    @Test
    void otherPrecisionsAndInfinitiesAreRefused() {
        try (FederatedServer server = start(Precision.FLOAT16)) {
            List<HandClient> clients = clients(server);
            RoundTask task = clients.get(0).task();
            UpdateReceipt other = put(clients.get(0), task, floats(halves(clients.get(0))));
            assertThat(other.code()).isEqualTo(ErrorCode.LAYOUT_MISMATCH);
            assertThat(other.message()).contains("tensor \"w\": expected type F16, found F32");
            short[] infinite = halves(clients.get(1));
            infinite[1234] = (short) Float16.INFINITY_BITS;
            assertThat(put(clients.get(1), task, shorts(infinite)).code())
                    .isEqualTo(ErrorCode.NOT_FINITE);
        }
    }

    private FederatedServer start(Precision precision) {
        TrainingPlan plan = TrainingPlan.sgd(1, 1, 1).withUpdatePrecision(precision);
        RunConfig config = CrashServer.config(2, 1).toBuilder().training(plan).build();
        return FederatedServer.start(
                config,
                ServerOptions.builder(directory.resolve(precision.name()))
                        .poll(Duration.ofMillis(200))
                        .build(),
                CrashServer.model());
    }

    private List<HandClient> clients(FederatedServer server) {
        return List.of(
                new HandClient(server.url(), "c0", layout).register(EXAMPLES),
                new HandClient(server.url(), "c1", layout).register(EXAMPLES));
    }

    private short[] halves(HandClient client) {
        SplittableRandom random = new SplittableRandom(client.id().hashCode());
        return SeededCases.halves(random, (int) layout.size());
    }

    private record Payload(Precision precision, ByteBuffer bytes) {}

    private static Payload shorts(short[] halves) {
        ByteBuffer bytes = littleEndian(halves.length * Float16.BYTES);
        bytes.asShortBuffer().put(halves);
        return new Payload(Precision.FLOAT16, bytes);
    }

    private static Payload floats(short[] halves) {
        ByteBuffer bytes = littleEndian(halves.length * Float.BYTES);
        for (int i = 0; i < halves.length; i++) {
            bytes.putFloat(i * Float.BYTES, Float16.toFloat(halves[i]));
        }
        return new Payload(Precision.FLOAT32, bytes);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private UpdateReceipt put(HandClient client, RoundTask task, Payload payload) {
        UpdateMetadata metadata =
                new UpdateMetadata(
                        task.runId(), task.round(), client.id(), task.modelVersion(), EXAMPLES, 0);
        TensorBody body =
                TensorBody.of(layout, payload.precision, List.of(payload.bytes), metadata.toMap());
        return Json.read(client.put(task, body).body(), UpdateReceipt.class);
    }
}
