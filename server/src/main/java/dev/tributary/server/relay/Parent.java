package dev.tributary.server.relay;

import dev.tributary.cli.ErrorText;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.CredentialException;
import dev.tributary.credentials.HandshakeFailure;
import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.UpdateReceipt;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.FileNotFoundException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The parent's server, as a relay asks it. Thread-safe; no call waits.
 *
 * <p>Nothing is asked twice: what fails is told to the agent as a server that is stopping ({@link
 * ErrorCode#STOPPING}), and the agent, which has what it takes to wait, comes again. What the
 * parent refuses fails with the parent's own code.
 */
final class Parent {
    private static final Logger LOG = LoggerFactory.getLogger(Parent.class);
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** The parent may be silent for so long while it works on a request. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    /** A poll adds what the parent takes to say that there is nothing; it tells at most this. */
    private static final Duration POLL = Duration.ofMinutes(2);

    private static final long MODEL_SECONDS = 1800;

    private static final BodyHandler<String> TEXT = BodyHandlers.ofString(StandardCharsets.UTF_8);

    private final AtomicBoolean lost = new AtomicBoolean();
    private final HttpClient http;
    private final CompletableFuture<Void> refused = new CompletableFuture<>();
    private final Duration answer;
    private final String base;

    /**
     * Connects with the first request.
     *
     * @param url http or https
     * @param credential who the relay is; needs https
     */
    Parent(URI url, Optional<Credential> credential) {
        this(url, credential, ANSWER);
    }

    /**
     * @param answer how long the parent may be silent while it works on a request
     */
    Parent(URI url, Optional<Credential> credential, Duration answer) {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT);
        credential.ifPresent(given -> builder.sslContext(given.tls()));
        this.http = builder.build();
        this.answer = answer;
        String text = url.toString();
        base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** Fails when a handshake has failed that will fail again; never completes otherwise. */
    CompletableFuture<Void> refused() {
        return refused.copy();
    }

    /** Asks for a record; empty where there is none yet. */
    <T extends Record> CompletableFuture<Optional<T>> poll(String path, Class<T> type) {
        return text(request(path, POLL).GET()).thenApply(reply -> reply.find(type));
    }

    /** Asks for a record. */
    <T extends Record> CompletableFuture<T> get(String path, Class<T> type) {
        return text(request(path, answer).GET()).thenApply(reply -> reply.read(type));
    }

    /** Sends a record and asks for one. */
    <T extends Record> CompletableFuture<T> post(String path, Record body, Class<T> type) {
        return text(json("POST", path, body)).thenApply(reply -> reply.read(type));
    }

    /** Sends a record. */
    CompletableFuture<Boolean> tell(String path, Record body) {
        return text(json("POST", path, body)).thenApply(ParentReply::succeeded);
    }

    /** Sends a text. */
    CompletableFuture<Boolean> tell(String path, String type, String body) {
        return text(body("PUT", path, type, body)).thenApply(ParentReply::succeeded);
    }

    /** Asks for a text; empty where there is none yet. */
    CompletableFuture<Optional<String>> poll(String path) {
        return text(request(path, POLL).GET())
                .thenApply(reply -> Optional.of(reply.body()).filter(text -> !text.isEmpty()));
    }

    /** Asks whether it is there, and tells if what answers is something else. */
    CompletableFuture<Void> greet() {
        return text(request(Paths.HEALTH, POLL).GET())
                .thenAccept(
                        reply -> {
                            if (!reply.response().body().startsWith("{")) {
                                LOG.warn(
                                        "{} is no Tributary server: it answers {} with status {}",
                                        base,
                                        Paths.HEALTH,
                                        reply.response().statusCode());
                            }
                        });
    }

    /** Deletes something. */
    CompletableFuture<Boolean> delete(String path) {
        return text(request(path, answer).DELETE()).thenApply(ParentReply::succeeded);
    }

    /** Sends a record that gets a receipt. */
    CompletableFuture<UpdateReceipt> report(String path, Record body) {
        return text(json("PUT", path, body)).thenApply(ParentReply::receipt);
    }

    /**
     * Sends a file that gets a receipt; takes as long as it goes on.
     *
     * @param checksum its CRC-32C, in hex
     */
    CompletableFuture<UpdateReceipt> upload(String path, Path file, String checksum) {
        try {
            SilenceWatch watch = new SilenceWatch(answer);
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(base + path))
                            .header("Content-Type", Paths.SAFETENSORS)
                            .header(Paths.CHECKSUM_HEADER, checksum)
                            .PUT(watch.over(BodyPublishers.ofFile(file)))
                            .build();
            return text(watch.guard(http.sendAsync(request, TEXT))).thenApply(ParentReply::receipt);
        } catch (FileNotFoundException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Whether the update at a path counts. */
    CompletableFuture<Boolean> accepted(String path) {
        HttpRequest.Builder head = request(path, answer).method("HEAD", BodyPublishers.noBody());
        return text(head).thenApply(ParentReply::accepted);
    }

    /**
     * Fetches a body into a file.
     *
     * @return its CRC-32C as the parent states it; empty if there is no such body
     */
    CompletableFuture<Optional<String>> download(String path, Path file) {
        return http.sendAsync(
                        request(path, answer).GET().build(),
                        head ->
                                head.statusCode() == 200
                                        ? BodySubscribers.ofFile(file)
                                        : BodySubscribers.replacing(file))
                .orTimeout(MODEL_SECONDS, TimeUnit.SECONDS)
                .handle(this::answered)
                .thenApply(ParentReply::checksum);
    }

    private HttpRequest.Builder json(String method, String path, Record value) {
        return body(method, path, Paths.JSON, Json.write(value));
    }

    private HttpRequest.Builder body(String method, String path, String type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        BodyPublisher body = BodyPublishers.ofByteArray(bytes);
        return request(path, answer)
                .header("Content-Type", type)
                .header(Paths.CHECKSUM_HEADER, Checksum.of(ByteBuffer.wrap(bytes)))
                .method(method, body);
    }

    private HttpRequest.Builder request(String path, Duration patience) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(patience);
    }

    private CompletableFuture<ParentReply> text(HttpRequest.Builder request) {
        return text(http.sendAsync(request.build(), TEXT));
    }

    private CompletableFuture<ParentReply> text(CompletableFuture<HttpResponse<String>> sent) {
        return sent.handle(this::answered).thenApply(ParentReply::new);
    }

    private <B> HttpResponse<B> answered(
            @Nullable HttpResponse<B> response, @Nullable Throwable failure) {
        if (failure == null) {
            if (lost.getAndSet(false)) {
                LOG.warn("parent {} is back", base);
            }
        } else {
            if (!lost.getAndSet(true)) {
                LOG.warn("parent {} does not answer: {}", base, ErrorText.of(failure));
            }
            HandshakeFailure.reason(failure)
                    .map(reason -> new CredentialException("parent %s: %s".formatted(base, reason)))
                    .ifPresent(refused::completeExceptionally);
        }
        return ParentReply.answered(response, failure);
    }
}
