package dev.tributary.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunLayout;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.HandClient;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.aggregation.UpdateReceiver;
import dev.tributary.server.round.RefusedException;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A relay's way to its parent that takes longer than an answer may. */
@Timeout(60)
final class ThinLineTest {
    /** A machine that stalls in between does not make a parent silent for so long. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    /** More than the buffers on the way hold. */
    private static final ParameterLayout LAYOUT =
            ParameterLayout.builder().trainable("w", 8 << 20).build();

    private static final int READ_AT_ONCE = 512 << 10;

    private final AtomicInteger uploads = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    @TempDir private Path directory;
    private HttpServer server;
    private Spool spool;
    private Parent parent;
    private RelayRound relay;

    /** How the parent takes an upload. */
    @FunctionalInterface
    private interface Taking {
        void take(InputStream body) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        spool = new Spool(directory);
        connect(ANSWER);
    }

    private void connect(Duration answer) {
        RunLayout facts = RunLayout.of("r", LAYOUT, Precision.FLOAT32, true, false, Long.MAX_VALUE);
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        parent = new Parent(uri, Optional.empty(), answer);
        relay = new RelayRound(parent, facts, spool, directory, new Summing(), Duration.ZERO);
    }

    @AfterEach
    void stop() {
        never.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void parent(Taking taking) {
        server.createContext("/", exchange -> answer(exchange, taking));
    }

    private void answer(HttpExchange exchange, Taking taking) throws IOException {
        uploads.incrementAndGet();
        try {
            taking.take(exchange.getRequestBody());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        byte[] receipt =
                Json.write(new UpdateReceipt(Outcome.ACCEPTED, false, null, "accepted", 1))
                        .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, receipt.length);
        exchange.getResponseBody().write(receipt);
        exchange.close();
    }

    /** A piece every 40 ms: never silent, and longer than an answer may take. */
    private void takeSlowly(InputStream body) throws IOException, InterruptedException {
        while (body.readNBytes(READ_AT_ONCE).length > 0) {
            assertThat(never.await(40, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    private static TensorBody body() {
        UpdateMetadata metadata = new UpdateMetadata("r", 1, "a", 0, 1, 0.5);
        return TensorBody.of(LAYOUT, List.of(HandClient.vector(LAYOUT, 1)), metadata.toMap());
    }

    private SpooledUpdate update() throws IOException {
        TensorBody body = body();
        UpdateReceiver receiver =
                new UpdateReceiver(
                        new UpdateReceiver.Address("r", 1, "a"),
                        LAYOUT,
                        Precision.FLOAT32,
                        Long.MAX_VALUE,
                        spool.open(1, "a", new Content(body.checksum(), body.bytes())));
        for (ByteBuffer chunk : body.chunks()) {
            receiver.accept(chunk.duplicate());
        }
        return receiver.finish(body.checksum());
    }

    @Test
    void uploadMayTakeLongerThanAnAnswerAsLongAsItGoesOn() throws IOException {
        parent(this::takeSlowly);
        assertThat(relay.offer(update()).join().outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void parentThatFallsSilentIsGivenUpAndTheTimeOutIsNamed() throws IOException {
        connect(Duration.ofMillis(500));
        parent(
                body -> {
                    body.readNBytes(READ_AT_ONCE);
                    never.await();
                });
        CompletableFuture<UpdateReceipt> receipt = relay.offer(update());
        assertThatThrownBy(receipt::join)
                .cause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.STOPPING))
                .hasMessageContaining("answer time-out");
    }

    @Test
    void agentIsAskedToComeAgainForAModelThatTakesItsTime() throws Exception {
        CountDownLatch waited = new CountDownLatch(1);
        byte[] model = HandClient.bytes(body());
        server.createContext(
                "/v1/runs/r/models/3",
                exchange -> {
                    uploads.incrementAndGet();
                    exchange.getResponseHeaders().set(Paths.CHECKSUM_HEADER, body().checksum());
                    exchange.sendResponseHeaders(200, model.length);
                    exchange.getResponseBody().write(model, 0, 10);
                    await(waited);
                    exchange.getResponseBody().write(model, 10, model.length - 10);
                    exchange.close();
                });
        ModelCache models =
                new ModelCache(parent, "r", directory, new Patience(Duration.ofMillis(100)));
        assertThatThrownBy(() -> models.find(3).join())
                .cause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BUSY));
        waited.countDown();
        Optional<ModelVersion> found = Optional.empty();
        while (found.isEmpty()) {
            found = models.find(3).exceptionally(busy -> Optional.empty()).join();
        }
        assertThat(found.get().checksum()).isEqualTo(body().checksum());
        assertThat(uploads).hasValue(1);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void agentThatComesAgainMeanwhileJoinsTheFirstUpload() throws Exception {
        CountDownLatch waited = new CountDownLatch(1);
        parent(
                body -> {
                    body.readAllBytes();
                    waited.await();
                });
        SpooledUpdate update = update();
        Content content = new Content(update.checksum(), update.bytes());
        assertThat(relay.expects(1, "a")).isTrue();
        CompletableFuture<UpdateReceipt> first = relay.offer(update);
        assertThat(relay.expects(1, "a")).isFalse();
        CompletableFuture<Optional<UpdateReceipt>> again = relay.knock(1, "a", content);
        CompletableFuture<UpdateReceipt> twin = relay.offer(update());
        assertThat(relay.knock(1, "a", new Content("ffffffff", 1)).join()).isEmpty();
        waited.countDown();
        assertThat(first.join().duplicate()).isFalse();
        assertThat(again.join().orElseThrow().outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(twin.join().duplicate()).isTrue();
        assertThat(uploads).hasValue(1);
        assertThat(relay.expects(1, "a")).isTrue();
    }
}
