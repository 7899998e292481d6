package dev.tributary.agent;

import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RoundTask.Kind;
import dev.tributary.training.TrainingPlan;
import dev.tributary.wire.TensorBody;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** Tasks, layouts and model bodies for tests. */
final class Tasks {
    static final ParameterLayout LAYOUT =
            ParameterLayout.builder()
                    .trainable("dense.weight", 2, 3)
                    .trainable("dense.bias", 2)
                    .build();

    private Tasks() {}

    static RoundTask train(int round) {
        return task(Kind.TRAIN, round, LAYOUT.hash());
    }

    static RoundTask evaluate(int round) {
        return task(Kind.EVALUATE, round, LAYOUT.hash());
    }

    static RoundTask finished() {
        return task(Kind.FINISHED, 1, LAYOUT.hash());
    }

    static RoundTask task(Kind kind, int round, String layoutHash) {
        return task(kind, round, layoutHash, ObjectiveSpec.PLAIN);
    }

    static RoundTask task(Kind kind, int round, String layoutHash, ObjectiveSpec objective) {
        return task(kind, round, round - 1, layoutHash, objective);
    }

    /** A task of another run than the others. */
    static RoundTask ofRun(String runId, int round) {
        return task(Kind.TRAIN, runId, round, round - 1, "", ObjectiveSpec.PLAIN);
    }

    static RoundTask task(
            Kind kind, int round, int countedRound, String layoutHash, ObjectiveSpec objective) {
        return task(kind, "run-1", round, countedRound, layoutHash, objective);
    }

    private static RoundTask task(
            Kind kind,
            String runId,
            int round,
            int countedRound,
            String layoutHash,
            ObjectiveSpec objective) {
        return new RoundTask(
                kind,
                runId,
                round,
                round - 1,
                countedRound,
                new ModelSpec("test", Map.of()),
                layoutHash,
                TrainingPlan.sgd(1, 10, 0.1),
                objective,
                7,
                60_000);
    }

    /** A model whose element i has the value of i. */
    static byte[] model(ParameterLayout layout) {
        ByteBuffer payload = ByteBuffer.allocate((int) layout.bytes());
        payload.order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < layout.size(); i++) {
            payload.putFloat(i);
        }
        return bytes(TensorBody.of(layout, List.of(payload.flip()), Map.of()));
    }

    /** The whole body. */
    static byte[] bytes(TensorBody body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (ByteBuffer chunk : body.chunks()) {
            byte[] copy = new byte[chunk.remaining()];
            chunk.duplicate().get(copy);
            bytes.write(copy, 0, copy.length);
        }
        return bytes.toByteArray();
    }
}
