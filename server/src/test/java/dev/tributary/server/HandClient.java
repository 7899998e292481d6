package dev.tributary.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.credentials.Credential;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorReply;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client that does over HTTP what a test tells it to, right or wrong. */
public final class HandClient {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI server;
    private final String id;
    private final ParameterLayout layout;
    private final HttpClient http;

    public HandClient(URI server, String id, ParameterLayout layout) {
        this(server, id, layout, HTTP);
    }

    /** One that connects with a certificate. */
    public HandClient(URI server, String id, ParameterLayout layout, Credential credential) {
        this(
                server,
                id,
                layout,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(credential.tls())
                        .build());
    }

    private HandClient(URI server, String id, ParameterLayout layout, HttpClient http) {
        this.http = http;
        this.server = server;
        this.id = id;
        this.layout = layout;
    }

    public String id() {
        return id;
    }

    public HandClient register(long exampleCount) {
        ClientRegistration registration =
                new ClientRegistration(id, Paths.PROTOCOL_VERSION, "test", exampleCount, "cpu");
        HttpResponse<String> reply = send("POST", Paths.CLIENTS, Json.write(registration));
        if (reply.statusCode() != 200) {
            throw new AssertionError(reply.body());
        }
        return this;
    }

    /** Waits until there is a task. */
    public RoundTask task() {
        while (true) {
            HttpResponse<String> reply = send("GET", Paths.task(id), "");
            if (reply.statusCode() == 200) {
                return Json.read(reply.body(), RoundTask.class);
            }
            if (reply.statusCode() != 204) {
                throw new AssertionError(reply.statusCode() + " " + reply.body());
            }
        }
    }

    /** Asks for a task without waiting for the answer. */
    public CompletableFuture<HttpResponse<String>> pollAsync() {
        return http.sendAsync(request("GET", Paths.task(id), ""), BodyHandlers.ofString());
    }

    public HttpResponse<byte[]> model(RoundTask task) {
        HttpRequest request =
                HttpRequest.newBuilder(
                                server.resolve(Paths.model(task.runId(), task.modelVersion())))
                        .header(Paths.CLIENT_HEADER, id)
                        .build();
        return send(request, BodyHandlers.ofByteArray());
    }

    /** An update that is right: the same value everywhere. */
    public UpdateReceipt update(RoundTask task, long exampleCount, float... values) {
        return Json.read(put(task, body(task, exampleCount, values)).body(), UpdateReceipt.class);
    }

    public TensorBody body(RoundTask task, long exampleCount, float... values) {
        UpdateMetadata metadata =
                new UpdateMetadata(
                        task.runId(), task.round(), id, task.modelVersion(), exampleCount, 0.5);
        return TensorBody.of(layout, List.of(vector(layout, values)), metadata.toMap());
    }

    /** Repeats the values until the vector is full. */
    public static ByteBuffer vector(ParameterLayout layout, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate((int) layout.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < layout.size(); i++) {
            bytes.putFloat(values[i % values.length]);
        }
        return bytes.flip();
    }

    public HttpResponse<String> put(RoundTask task, TensorBody body) {
        return put(task.runId(), task.round(), bytes(body), body.checksum());
    }

    public HttpResponse<String> put(String run, int round, byte[] body, String checksum) {
        HttpRequest request =
                HttpRequest.newBuilder(server.resolve(Paths.update(run, round, id)))
                        .header(Paths.CHECKSUM_HEADER, checksum)
                        .timeout(Duration.ofSeconds(30))
                        .PUT(BodyPublishers.ofByteArray(body))
                        .build();
        return send(request, BodyHandlers.ofString());
    }

    /** Several updates in one body, right or wrong. */
    public HttpResponse<String> putSum(RoundTask task, byte[] body, String checksum) {
        HttpRequest request =
                HttpRequest.newBuilder(server.resolve(Paths.sums(task.runId(), task.round())))
                        .header(Paths.CHECKSUM_HEADER, checksum)
                        .PUT(BodyPublishers.ofByteArray(body))
                        .build();
        return send(request, BodyHandlers.ofString());
    }

    public HttpResponse<String> report(RoundTask task, EvaluationReport report) {
        return send("PUT", Paths.evaluation(task.runId(), task.round(), id), Json.write(report));
    }

    public HttpResponse<String> progress(ClientProgress progress) {
        return send("POST", Paths.progress(id), Json.write(progress));
    }

    public HttpResponse<String> send(String method, String path, String body) {
        return send(request(method, path, body), BodyHandlers.ofString());
    }

    public static byte[] bytes(TensorBody body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer chunk : body.chunks()) {
            byte[] copy = new byte[chunk.remaining()];
            chunk.duplicate().get(copy);
            out.writeBytes(copy);
        }
        return out.toByteArray();
    }

    public static ErrorReply error(HttpResponse<String> reply) {
        return Json.read(reply.body(), ErrorReply.class);
    }

    private HttpRequest request(String method, String path, String body) {
        return HttpRequest.newBuilder(server.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", Paths.JSON)
                .method(method, BodyPublishers.ofString(body, UTF_8))
                .build();
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
