package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParseException;

import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.training.LearningRateSchedule;
import dev.tributary.training.OptimizerPlan;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

class JsonTest {
    private static final TrainingPlan PLAN =
            new TrainingPlan(
                            2,
                            TrainingPlan.WHOLE_DATASET,
                            OptimizerPlan.of(OptimizerPlan.Rule.ADAMW, 0.001).withWeightDecay(0.01),
                            new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 3, 40, 0.1),
                            1.5)
                    .withProximalMu(0.5)
                    .withHoldout(0.25);

    @Test
    void aTaskSurvivesTheJourney() {
        RoundTask task =
                new RoundTask(
                        RoundTask.Kind.TRAIN,
                        "run-1",
                        3,
                        2,
                        1,
                        new ModelSpec("mlp", Map.of("hidden", "200,200")),
                        "abc",
                        PLAN,
                        new ObjectiveSpec("feddyn", Map.of("alpha", "0.1")),
                        -42,
                        60_000);
        assertThat(Json.read(Json.write(task), RoundTask.class)).isEqualTo(task);
    }

    @Test
    void whatMayBeAbsentMayBeAbsent() {
        RoundMetrics metrics =
                new RoundMetrics(1, 1, 4, 4, 0, 0, null, 0.5, null, null, null, 10, 20, 0.5, 0.1);
        String json = Json.write(metrics);
        assertThat(json).doesNotContain("trainLoss");
        assertThat(Json.read(json, RoundMetrics.class)).isEqualTo(metrics);
    }

    @Test
    void aStatusWithListsSurvivesTheJourney() {
        RunStatus status =
                new RunStatus(
                        "r",
                        RunStatus.State.RUNNING,
                        "",
                        1,
                        10,
                        0,
                        "mlp",
                        "digits",
                        199_210,
                        "cpu",
                        4,
                        2,
                        1.5,
                        100,
                        200,
                        null,
                        List.of(new ClientStatus("c1", ClientPhase.TRAINING, 0.5, 0.3, 600, 1, 2)),
                        List.of(),
                        List.of(new RunEvent(1, 0.1, RunEvent.Level.WARNING, "slow")));
        assertThat(Json.read(Json.write(status), RunStatus.class)).isEqualTo(status);
        assertThat(status.ended()).isFalse();
    }

    @Test
    void fieldsOfANewerPeerAreIgnored() {
        ErrorReply reply =
                Json.read(
                        "{\"code\":\"BUSY\",\"message\":\"full\",\"since\":12}", ErrorReply.class);
        assertThat(reply).isEqualTo(new ErrorReply(ErrorCode.BUSY, "full"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{",
                "{\"clientId\":\"c\"}",
                "{\"clientId\":null,\"protocolVersion\":1,\"agentVersion\":\"1\","
                        + "\"exampleCount\":5,\"device\":\"cpu\"}",
                "{\"clientId\":\"c\",\"protocolVersion\":\"one\",\"agentVersion\":\"1\","
                        + "\"exampleCount\":5,\"device\":\"cpu\"}",
                "{\"clientId\":\"c\",\"protocolVersion\":1.5,\"agentVersion\":\"1\","
                        + "\"exampleCount\":5,\"device\":\"cpu\"}"
            })
    void whatIsNotWholeIsRefused(String json) {
        assertThatThrownBy(() -> Json.read(json, ClientRegistration.class))
                .isInstanceOf(JsonParseException.class);
    }

    @Test
    void aMissingFieldIsNamed() {
        assertThatThrownBy(() -> Json.read("{\"code\":\"BUSY\"}", ErrorReply.class))
                .hasMessageContaining("ErrorReply")
                .hasMessageContaining("\"message\"");
    }

    @Test
    void anUnknownEnumValueIsRefused() {
        assertThatThrownBy(
                        () ->
                                Json.read(
                                        "{\"code\":\"NO_SUCH\",\"message\":\"x\"}",
                                        ErrorReply.class))
                .isInstanceOf(JsonParseException.class)
                .hasMessageContaining("code");
    }

    @Test
    void rangesAreCheckedOnTheWayIn() {
        String json = Json.write(PLAN).replace("\"localEpochs\":2", "\"localEpochs\":0");
        assertThatThrownBy(() -> Json.read(json, TrainingPlan.class))
                .isInstanceOf(JsonParseException.class)
                .hasMessageContaining("local epochs")
                .hasMessageContaining("found 0");
    }
}
