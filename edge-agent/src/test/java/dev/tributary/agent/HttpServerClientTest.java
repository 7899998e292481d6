package dev.tributary.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.agent.FakeFederation.Answer;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.agent.state.ClientState;
import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;
import dev.tributary.wire.WireException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

class HttpServerClientTest {
    private static final byte[] MODEL = Tasks.model(Tasks.LAYOUT);

    private final ManualTiming timing = new ManualTiming();
    private final List<String> notes = new ArrayList<>();
    private final ByteBuffer fetched =
            ByteBuffer.allocate((int) Tasks.LAYOUT.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    private FakeFederation server;
    private HttpServerClient client;

    @BeforeEach
    void start() throws IOException {
        server = new FakeFederation();
        client = connect(server.uri());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void registrationIsAnswered() {
        assertThat(client.register(registration()).pollSeconds()).isEqualTo(1);
        assertThat(server.requests()).containsExactly("POST /v1/clients");
    }

    @Test
    void taskIsEmptyWhereThereIsNone() {
        server.offer(Tasks.train(3));
        assertThat(client.waitForTask()).contains(Tasks.train(3));
        assertThat(client.waitForTask()).isEmpty();
        assertThat(server.requests()).containsOnly("GET /v1/clients/c1/task");
    }

    @Test
    void interruptedClientSaysThatItGoes() {
        Thread.currentThread().interrupt();
        client.leave();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.requests()).hasSize(1);
        assertThat(server.requests().get(0)).startsWith("DELETE /v1/clients/c1");
    }

    @Test
    void evaluationThatReachesTheServerSpoiledIsSentAgain() {
        server.answerUpdate(Answer.error(ErrorCode.CHECKSUM_MISMATCH, "body: spoiled"));
        EvaluationReport report = new EvaluationReport(10, 1.5, 7);

        assertThat(client.putEvaluation(Tasks.train(3), report).outcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(server.bodies()).hasSize(2);
        assertThat(notes.get(0)).contains("the server got it spoiled");
    }

    @Test
    void modelArrivesElementByElement() {
        server.answerModel(Answer.model(MODEL, crc(MODEL)));

        assertThat(fetch()).isEqualTo(MODEL.length);
        assertThat(fetched.flip().remaining()).isEqualTo(32);
        assertThat(fetched.getFloat(28)).isEqualTo(7);
    }

    @Test
    void spoiledOrTruncatedModelIsFetchedAgainFromItsStart() {
        byte[] truncated = Arrays.copyOf(MODEL, MODEL.length - 5);
        server.answerModel(
                Answer.model(MODEL, "00000000"),
                Answer.model(truncated, crc(truncated)),
                Answer.model(MODEL, crc(MODEL)));

        assertThat(fetch()).isEqualTo(MODEL.length);
        assertThat(fetched.getFloat(28)).isEqualTo(7);
        assertThat(timing.pauses()).hasSize(2);
        assertThat(notes.get(0)).contains("CRC-32C");
    }

    @Test
    void modelOfAnotherLayoutNamesTheFirstTensorThatDiffers() {
        server.serveModel(
                Tasks.model(
                        ParameterLayout.builder()
                                .trainable("dense.weight", 3, 2)
                                .trainable("dense.bias", 2)
                                .build()));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(WireException.class)
                .hasMessageContaining("\"dense.weight\": expected shape [2, 3], found [3, 2]");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void updateArrivesAsItWasWithItsChecksum() {
        TensorBody body = update();
        UpdateReceipt receipt = client.putUpdate(Tasks.train(2), body);

        assertThat(receipt.outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(receipt.bytes()).isEqualTo(body.bytes());
        assertThat(server.requests()).containsExactly("PUT /v1/runs/run-1/rounds/2/updates/c1");
        assertThat(server.bodies().get(0)).isEqualTo(Tasks.bytes(body));
    }

    @Test
    void updateThatWasSpoiledOnTheWayIsSentAgain() {
        server.answerUpdate(
                Answer.receipt(Outcome.REJECTED, ErrorCode.CHECKSUM_MISMATCH, "spoiled"));

        assertThat(client.putUpdate(Tasks.train(2), update()).outcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(server.bodies()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "WRONG_ROUND",
                "NOT_SELECTED",
                "LAYOUT_MISMATCH",
                "NOT_FINITE",
                "OUT_OF_RANGE",
                "BAD_WEIGHT",
                "TOO_LARGE"
            })
    void rejectionIsAReceiptInWhateverForm(ErrorCode code) {
        server.answerUpdate(Answer.receipt(Outcome.REJECTED, code, "no"), Answer.error(code, "no"));

        for (int i = 0; i < 2; i++) {
            UpdateReceipt receipt = client.putUpdate(Tasks.train(2), update());
            assertThat(receipt.outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(receipt.code()).isEqualTo(code);
            assertThat(receipt.message()).contains("no");
        }
    }

    @Test
    void lateUpdateIsDiscardedNotRejected() {
        server.answerUpdate(Answer.error(ErrorCode.LATE, "round 2 is over"));
        assertThat(client.putUpdate(Tasks.train(2), update()).outcome())
                .isEqualTo(Outcome.DISCARDED);
    }

    @ParameterizedTest
    @EnumSource(names = {"BUSY", "STOPPING", "STORAGE_FULL"})
    void serverWithoutRoomIsAskedAgain(ErrorCode code) {
        server.answerUpdate(Answer.error(code, "not now"));
        assertThat(client.putUpdate(Tasks.train(2), update()).outcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(timing.pauses()).hasSize(1);
        assertThat(notes.get(0)).contains(code + ": not now");
    }

    @Test
    void refusalIsTypedByItsCode() {
        server.answerTask(Answer.error(ErrorCode.UNKNOWN_CLIENT, "who is c1?"));
        assertThatThrownBy(client::waitForTask)
                .isInstanceOfSatisfying(
                        ServerRefusedException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_CLIENT))
                .hasMessageContaining("who is c1?");
    }

    @Test
    void wrongPathIsToldAtOnce() {
        try (HttpServerClient wrong = connect(URI.create(server.uri() + "/elsewhere"))) {
            assertThatThrownBy(() -> wrong.register(registration()))
                    .isInstanceOf(ServerRefusedException.class)
                    .hasMessageContaining("no such path: /elsewhere/v1/clients");
        }
        assertThat(timing.pauses()).isEmpty();
    }

    @Test
    void otherServerIsToldAtOnce() {
        byte[] page = "<html>Not found</html>".getBytes(StandardCharsets.UTF_8);
        server.answerTask(
                new Answer(404, page, "Content-Type", "text/html"),
                new Answer(200, page, "Content-Type", "text/html"));

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(client::waitForTask)
                    .isExactlyInstanceOf(AgentException.class)
                    .hasMessageContaining("expected an answer of a Tributary server")
                    .hasMessageContaining("check the URL");
        }
        assertThat(timing.pauses()).isEmpty();
    }

    @Test
    void gatewayWithoutItsServerIsAskedAgain() {
        server.answerTask(new Answer(503, new byte[] {'x'}, "Retry-After", "3"));
        server.offer(Tasks.train(1));
        assertThat(client.waitForTask()).isPresent();
        assertThat(timing.pauses().get(0)).isGreaterThan(Duration.ofSeconds(3));
    }

    @Test
    void serverThatIsNotThereIsToldWithItsUrl() {
        server.close();
        assertThatThrownBy(() -> client.register(registration()))
                .isInstanceOf(ServerUnreachableException.class)
                .hasMessageContaining("server " + server.uri() + ": gave up after")
                .hasMessageContaining("Connection refused");
        assertThat(notes.get(0)).contains("trying again for");
    }

    private HttpServerClient connect(URI uri) {
        RetryPolicy policy =
                new RetryPolicy(
                        Duration.ofMinutes(1), Duration.ofMillis(200), Duration.ofSeconds(10));
        return new HttpServerClient(
                uri,
                "c1",
                HttpTransport.open(uri),
                new Retry(uri.toString(), policy, timing, RetryPolicy.jitter("c1"), notes::add),
                ClientState.none());
    }

    private long fetch() {
        return client.fetchModel("run-1", 4, Tasks.LAYOUT, this::sink);
    }

    private ChunkSink sink() {
        fetched.clear();
        return chunk -> fetched.put(chunk.duplicate());
    }

    private static ClientRegistration registration() {
        return new ClientRegistration("c1", Paths.PROTOCOL_VERSION, "test", 10, "cpu");
    }

    private static TensorBody update() {
        ByteBuffer payload = ByteBuffer.allocateDirect((int) Tasks.LAYOUT.bytes());
        payload.putInt(5, 17);
        return TensorBody.of(
                Tasks.LAYOUT,
                List.of(payload.slice(0, 12), payload.slice(12, payload.capacity() - 12)),
                new UpdateMetadata("run-1", 2, "c1", 1, 10, 0.5).toMap());
    }

    private static String crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return "%08x".formatted(crc.getValue());
    }
}
