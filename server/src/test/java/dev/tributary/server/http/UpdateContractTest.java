package dev.tributary.server.http;

import static dev.tributary.server.HandClient.bytes;
import static dev.tributary.server.HandClient.error;
import static dev.tributary.server.HandClient.vector;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.HandClient;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the server says to updates right and wrong. */
final class UpdateContractTest extends RoundOfTwo {
    private void expectRejection(HttpResponse<String> reply, ErrorCode code, String... words) {
        assertThat(reply.statusCode()).isEqualTo(code.httpStatus());
        assertThat(error(reply).code()).isEqualTo(code);
        assertThat(error(reply).message()).contains(words);
        UpdateReceipt receipt = Json.read(reply.body(), UpdateReceipt.class);
        assertThat(receipt.outcome()).isEqualTo(Outcome.REJECTED);
        String counter =
                "code=\"" + code.name().toLowerCase(Locale.ROOT) + "\",outcome=\"rejected\"} 1";
        assertThat(metrics()).contains(counter);
    }

    /** The client is not asked again after that, but may do better. */
    private void finishAfterRejection(RoundTask task) {
        assertThat(a.update(task, 100, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
        finishWithB();
        assertThat(server.status().history().get(0).rejected()).isEqualTo(1);
    }

    private Map<String, String> metadata(RoundTask task) {
        return new UpdateMetadata(task.runId(), 1, "a", 0, 100, 0.5).toMap();
    }

    @Test
    void wrongLayoutNamesTheTensor() {
        RoundTask task = open();
        ParameterLayout other = ParameterLayout.builder().trainable("w", 20, 50).build();
        TensorBody body = TensorBody.of(other, List.of(vector(other, 1)), metadata(task));
        expectRejection(
                a.put(task, body), ErrorCode.LAYOUT_MISMATCH, "\"w\"", "[50, 20]", "[20, 50]");
        finishAfterRejection(task);
    }

    @Test
    void halfPrecisionInARunOfFloat32IsRefusedByName() {
        RoundTask task = open();
        ByteBuffer payload = ByteBuffer.allocate((int) Precision.FLOAT16.bytes(layout));
        TensorBody body =
                TensorBody.of(layout, Precision.FLOAT16, List.of(payload), metadata(task));
        expectRejection(a.put(task, body), ErrorCode.LAYOUT_MISMATCH, "type F32", "found F16");
        finishAfterRejection(task);
    }

    @Test
    void truncatedBodyIsMalformed() {
        RoundTask task = open();
        byte[] body = bytes(a.body(task, 100, 1));
        byte[] cut = Arrays.copyOf(body, body.length - 1);
        expectRejection(
                a.put(task.runId(), 1, cut, "00000000"), ErrorCode.MALFORMED_BODY, "the end");
        finishUnharmed();
    }

    @Test
    void bodyThatBreaksOffIsCountedAndLeavesNothing() throws IOException {
        RoundTask task = open();
        byte[] body = bytes(a.body(task, 100, 1));
        try (Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
            String head =
                    "PUT %s HTTP/1.1\r\nHost: localhost\r\nTributary-CRC32C: 00000000\r\nContent-Length: %d\r\n\r\n"
                            .formatted(Paths.update(task.runId(), 1, "a"), body.length);
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().write(body, 0, body.length / 2);
            socket.shutdownOutput();
            String reply = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(reply).startsWith("HTTP/1.1 422").contains("broke off");
        }
        finishUnharmed();
        assertThat(server.status().history().get(0).rejected()).isEqualTo(1);
    }

    @Test
    void bodyThatChangedOnTheWayIsFoundByItsChecksum() {
        RoundTask task = open();
        TensorBody body = a.body(task, 100, 1);
        byte[] changed = bytes(body);
        changed[changed.length - 3] ^= 1;
        expectRejection(
                a.put(task.runId(), 1, changed, body.checksum()),
                ErrorCode.CHECKSUM_MISMATCH,
                body.checksum());
        finishUnharmed();
    }

    @Test
    void tensorNameThatChangedOnTheWayIsNoOtherModel() {
        RoundTask task = open();
        TensorBody body = a.body(task, 100, 1);
        byte[] changed = bytes(body);
        int name = new String(changed, ISO_8859_1).indexOf(layout.tensors().get(0).name());
        changed[name] ^= 1;
        expectRejection(
                a.put(task.runId(), 1, changed, body.checksum()),
                ErrorCode.CHECKSUM_MISMATCH,
                "CRC-32C");
        finishUnharmed();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void valuesThatAreNotFiniteAreRejected(float value) {
        RoundTask task = open();
        expectRejection(a.put(task, a.body(task, 100, 1, value)), ErrorCode.NOT_FINITE, "NaN");
        finishAfterRejection(task);
    }

    @Test
    void valuesBeyondTheAccumulatorAreRejected() {
        RoundTask task = open();
        expectRejection(
                a.put(task, a.body(task, 100, Float.MAX_VALUE)), ErrorCode.OUT_OF_RANGE, "100");
        finishAfterRejection(task);
    }

    @Test
    void moreExamplesThanRegisteredAreRejected() {
        RoundTask task = open();
        expectRejection(a.put(task, a.body(task, 101, 1)), ErrorCode.BAD_WEIGHT, "100", "101");
        finishAfterRejection(task);
    }

    @Test
    void metadataOfAnotherClientIsABadRequest() {
        RoundTask task = open();
        expectRejection(a.put(task, b.body(task, 100, 1)), ErrorCode.BAD_REQUEST, "\"client\"");
        finishAfterRejection(task);
    }

    @Test
    void missingMetadataIsMalformed() {
        RoundTask task = open();
        TensorBody body = TensorBody.of(layout, List.of(vector(layout, 1)), Map.of());
        expectRejection(a.put(task, body), ErrorCode.MALFORMED_BODY, "\"run\"");
        finishUnharmed();
    }

    @Test
    void wrongRoundSaysWhichIsOpen() {
        RoundTask task = open();
        byte[] body = bytes(a.body(task, 100, 1));
        expectRejection(a.put(task.runId(), 7, body, "00000000"), ErrorCode.WRONG_ROUND, "1", "7");
        finishUnharmed();
    }

    @Test
    void clientThatIsNotSelectedIsTold() {
        RoundTask task = open();
        HandClient c = new HandClient(server.url(), "c", layout).register(100);
        expectRejection(c.put(task, c.body(task, 100, 1)), ErrorCode.NOT_SELECTED, "round 1");
        finishUnharmed();
    }

    @Test
    void clientThatIsNotRegisteredIsTold() {
        RoundTask task = open();
        HandClient c = new HandClient(server.url(), "c", layout);
        expectRejection(c.put(task, c.body(task, 100, 1)), ErrorCode.UNKNOWN_CLIENT, "registered");
        finishUnharmed();
    }

    @Test
    void sameUpdateAgainCountsOnce() {
        RoundTask task = open();
        TensorBody body = a.body(task, 100, 1);
        a.put(task, body);
        UpdateReceipt again = Json.read(a.put(task, body).body(), UpdateReceipt.class);
        assertThat(again.outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(again.duplicate()).isTrue();
        finishWithB();
    }

    @Test
    void updateForAnotherRunIsNotFound() {
        RoundTask task = open();
        byte[] body = bytes(a.body(task, 100, 1));
        assertThat(error(a.put("other", 1, body, "00000000")).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        finishUnharmed();
    }

    @Test
    void announcedLengthBeyondTheLimitIsTooLarge() {
        RoundTask task = open();
        byte[] body = new byte[(int) MAX_UPDATE + 1];
        expectRejection(
                a.put(task.runId(), 1, body, "00000000"),
                ErrorCode.TOO_LARGE,
                "" + MAX_UPDATE,
                "" + body.length);
        finishAfterRejection(task);
    }

    @Test
    void chunkedBodyBeyondTheLimitIsTooLarge() throws IOException {
        RoundTask task = open();
        // A header that claims to be longer than the limit keeps the server reading.
        byte[] body = new byte[(int) MAX_UPDATE + 8];
        ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).putLong(0, MAX_UPDATE + 10_000);
        String head =
                "PUT %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTributary-CRC32C: 00000000\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n"
                        .formatted(Paths.update(task.runId(), 1, "a"), body.length);
        try (Socket socket = new Socket(server.url().getHost(), server.url().getPort())) {
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().write(body);
            socket.getOutputStream().write("\r\n0\r\n\r\n".getBytes(UTF_8));
            String reply = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(reply).startsWith("HTTP/1.1 413").contains("TOO_LARGE");
        }
        finishAfterRejection(task);
    }

    @Test
    void headerThatClaimsToBeEndlessIsRefusedUnread() {
        RoundTask task = open();
        byte[] body = new byte[64];
        Arrays.fill(body, (byte) 0x7f);
        expectRejection(
                a.put(task.runId(), 1, body, "00000000"), ErrorCode.MALFORMED_BODY, "header");
        finishUnharmed();
    }
}
