package dev.tributary.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;

import dev.tributary.agent.FakeFederation.Answer;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.agent.state.ClientState;
import dev.tributary.data.LocalDataset;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask.Kind;
import dev.tributary.training.DeviceDataset;
import dev.tributary.wire.TensorBodyReader;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What should happen: (1) a task is fetched, trained, uploaded; (2) an evaluation is reported; (3)
 * the end ends the loop; (4) a client that the server forgot registers again; (5) an update that is
 * not taken is told and left behind.
 *
 * <p>What should not: (1) a diverged model is not sent; (2) a model of another layout is not
 * trained; (3) a server that offers the same failing task again and again is not hammered.
 */
class ClientLoopTest {
    private final ManualTiming timing = new ManualTiming();
    private final List<String> lines = new ArrayList<>();
    private final Client client = new Client("c1", DeviceDataset.of(threeExamples(), Device.cpu()));
    private FakeFederation server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeFederation();
        server.serveModel(Tasks.model(Tasks.LAYOUT));
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @Test
    void updateIsTrainedMinusReceivedWithItsMetadata() throws IOException {
        server.offer(Tasks.train(1), Tasks.finished());

        assertThat(run(new FakeTrainers(Tasks.LAYOUT))).isEqualTo(new ClientSummary("c1", 1, 0, 0));

        ByteBuffer vector =
                ByteBuffer.allocate((int) Tasks.LAYOUT.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        TensorBodyReader reader =
                new TensorBodyReader(Tasks.LAYOUT, chunk -> vector.put(chunk.duplicate()));
        reader.accept(ByteBuffer.wrap(server.bodies().get(0)));
        UpdateMetadata metadata = UpdateMetadata.of(reader.finish(null).header().metadata());
        assertThat(metadata).isEqualTo(new UpdateMetadata("run-1", 1, "c1", 0, 3, 0.5));
        for (int i = 0; i < Tasks.LAYOUT.size(); i++) {
            assertThat(vector.getFloat(4 * i)).isEqualTo(1);
        }
    }

    @Test
    void modelIsBuiltOnceForAllRounds() {
        server.offer(Tasks.train(1), Tasks.train(2), Tasks.evaluate(2), Tasks.finished());
        FakeTrainers trainers = new FakeTrainers(Tasks.LAYOUT);

        assertThat(run(trainers)).isEqualTo(new ClientSummary("c1", 2, 0, 1));
        assertThat(trainers.opened()).isEqualTo(1);
        assertThat(trainers.closed()).isEqualTo(1);
    }

    @Test
    void evaluationIsReportedAsSums() {
        server.offer(Tasks.evaluate(1), Tasks.finished());
        run(new FakeTrainers(Tasks.LAYOUT));

        String body = new String(server.bodies().get(0), StandardCharsets.UTF_8);
        assertThat(Json.read(body, EvaluationReport.class))
                .isEqualTo(new EvaluationReport(4, 28, 3));
        assertThat(server.requests()).contains("PUT /v1/runs/run-1/rounds/1/evaluations/c1");
    }

    @Test
    void divergedModelIsNotSentAndTheLoopGoesOn() {
        server.offer(Tasks.train(1), Tasks.train(2), Tasks.finished());

        assertThat(run(new FakeTrainers(Tasks.LAYOUT, 1)))
                .isEqualTo(new ClientSummary("c1", 1, 1, 0));
        assertThat(server.bodies()).hasSize(1);
        assertThat(server.progress()).singleElement().asString().contains("FAILED");
        assertThat(lines)
                .contains("round 1: loss: expected a finite number, found NaN; no update is sent");
    }

    @Test
    void rejectedUpdateIsToldAndLeftBehind() {
        server.offer(Tasks.train(1), Tasks.train(2), Tasks.finished());
        server.answerUpdate(Answer.receipt(Outcome.REJECTED, ErrorCode.OUT_OF_RANGE, "too big"));

        assertThat(run(new FakeTrainers(Tasks.LAYOUT))).isEqualTo(new ClientSummary("c1", 1, 1, 0));
        assertThat(lines).anyMatch(line -> line.contains("rejected (OUT_OF_RANGE)"));
    }

    @Test
    void discardedUpdateCostsNoPause() {
        server.offer(Tasks.train(1), Tasks.train(2), Tasks.finished());
        server.answerUpdate(Answer.receipt(Outcome.DISCARDED, ErrorCode.LATE, "over"));

        assertThat(run(new FakeTrainers(Tasks.LAYOUT))).isEqualTo(new ClientSummary("c1", 1, 1, 0));
        assertThat(timing.pauses()).isEmpty();
        assertThat(lines).anyMatch(line -> line.contains("the update was discarded"));
    }

    @Test
    void clientThatTheServerForgotRegistersAgain() {
        server.answerTask(Answer.error(ErrorCode.UNKNOWN_CLIENT, "who?"));
        server.offer(Tasks.train(1), Tasks.finished());

        assertThat(run(new FakeTrainers(Tasks.LAYOUT)).accepted()).isEqualTo(1);
        assertThat(server.requests().stream().filter("POST /v1/clients"::equals)).hasSize(2);
    }

    @Test
    void modelOfAnotherLayoutEndsTheClientNamingTheFirstTensor() {
        ParameterLayout mine = ParameterLayout.builder().trainable("dense.weight", 9).build();
        server.offer(Tasks.train(1));

        assertThatThrownBy(() -> run(new FakeTrainers(mine)))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("model \"test\" of run run-1")
                .hasMessageContaining("\"dense.weight\": expected shape [9], found [2, 3]");
        assertThat(server.bodies()).isEmpty();
    }

    @Test
    void otherHashOfTheSameTensorsEndsTheClient() {
        server.offer(Tasks.task(Kind.TRAIN, 1, "0".repeat(64)));
        assertThatThrownBy(() -> run(new FakeTrainers(Tasks.LAYOUT)))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("their kinds differ");
    }

    @Test
    void modelThatTheDataDoesNotFitEndsTheClientWhichDeclinesTheRun() {
        server.offer(Tasks.train(1));
        assertThatThrownBy(() -> run(FakeTrainers.unfit(Tasks.LAYOUT)))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("does not fit the data of client c1: features: expected (2)");
        assertThat(server.progress()).singleElement().asString().contains("DECLINED");
    }

    @Test
    void modelVersionThatIsGoneIsLeftBehind() {
        server.offer(Tasks.train(1), Tasks.train(2), Tasks.finished());
        server.answerModel(Answer.error(ErrorCode.NOT_FOUND, "no version 0"));

        assertThat(run(new FakeTrainers(Tasks.LAYOUT))).isEqualTo(new ClientSummary("c1", 1, 1, 0));
    }

    @Test
    void failuresInARowAreSpacedOutMoreAndMore() {
        server.offer(
                Tasks.train(1), Tasks.train(1), Tasks.train(1), Tasks.train(2), Tasks.finished());
        run(new FakeTrainers(Tasks.LAYOUT, 1));

        assertThat(timing.pauses()).hasSize(3);
        assertThat(timing.pauses().get(0)).isBetween(Duration.ZERO, Duration.ofMillis(100));
        assertThat(timing.pauses().get(2)).isBetween(Duration.ZERO, Duration.ofMillis(400));
    }

    private ClientSummary run(ModelTrainers trainers) {
        Retry retry =
                new Retry(
                        server.uri().toString(),
                        RetryPolicy.lasting(Duration.ofSeconds(10)),
                        timing,
                        RetryPolicy.jitter(client.id()),
                        lines::add);
        try (ServerClient connection =
                        new HttpServerClient(
                                server.uri(),
                                client.id(),
                                HttpTransport.open(server.uri()),
                                retry,
                                ClientState.none());
                WorkbenchPool benches = new WorkbenchPool(1, trainers, Device.cpu())) {
            return new ClientLoop(
                            client,
                            "cpu",
                            connection,
                            benches,
                            ClientState.none(),
                            (id, line) -> lines.add(line),
                            timing)
                    .run();
        }
    }

    private static LocalDataset threeExamples() {
        return new LocalDataset(new float[6], new long[] {2}, new float[3], 2);
    }
}
