package dev.tributary.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.ErrorReply;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A server that speaks the protocol over real HTTP and answers by script; what a script does not
 * say, it does as a well-meaning server would.
 */
final class FakeFederation implements AutoCloseable {
    private final HttpServer http;
    private final Deque<RoundTask> tasks = new ArrayDeque<>();
    private final Deque<Answer> modelAnswers = new ArrayDeque<>();
    private final Deque<Answer> updateAnswers = new ArrayDeque<>();
    private final Deque<Answer> taskAnswers = new ArrayDeque<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> progress = new CopyOnWriteArrayList<>();
    private final List<byte[]> bodies = new CopyOnWriteArrayList<>();
    private final Set<String> replaced = ConcurrentHashMap.newKeySet();
    private volatile byte[] model = new byte[0];

    /** One answer. */
    record Answer(int status, byte[] body, String header, String value) {
        static Answer json(int status, Record body) {
            byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
            return new Answer(status, bytes, "Content-Type", Paths.JSON);
        }

        static Answer error(ErrorCode code, String message) {
            return json(code.httpStatus(), new ErrorReply(code, message));
        }

        static Answer receipt(Outcome outcome, ErrorCode code, String message) {
            return json(code.httpStatus(), new UpdateReceipt(outcome, false, code, message, 1));
        }

        static Answer model(byte[] body, String checksum) {
            return new Answer(200, body, Paths.CHECKSUM_HEADER, checksum);
        }
    }

    FakeFederation() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newCachedThreadPool());
        http.createContext("/", this::handle);
        http.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** The body of every model that no script answers for. */
    void serveModel(byte[] body) {
        model = body;
    }

    synchronized void offer(RoundTask... next) {
        tasks.addAll(List.of(next));
    }

    synchronized void answerModel(Answer... next) {
        modelAnswers.addAll(List.of(next));
    }

    synchronized void answerUpdate(Answer... next) {
        updateAnswers.addAll(List.of(next));
    }

    synchronized void answerTask(Answer... next) {
        taskAnswers.addAll(List.of(next));
    }

    /** From now on another agent is served for this client. */
    void replace(String clientId) {
        replaced.add(Paths.task(clientId));
    }

    /** Method and path of each request, without progress reports. */
    List<String> requests() {
        return requests;
    }

    /** The progress reports. */
    List<String> progress() {
        return progress;
    }

    /** The bodies of all updates and evaluations. */
    List<byte[]> bodies() {
        return bodies;
    }

    @Override
    public void close() {
        http.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        if (path.endsWith("/progress")) {
            progress.add(new String(body, StandardCharsets.UTF_8));
        } else {
            requests.add(exchange.getRequestMethod() + " " + path);
        }
        Answer answer = answer(exchange.getRequestMethod(), path, body);
        exchange.getResponseHeaders().set(answer.header, answer.value);
        exchange.sendResponseHeaders(
                answer.status, answer.body.length == 0 ? -1 : answer.body.length);
        exchange.getResponseBody().write(answer.body);
        exchange.close();
    }

    private synchronized Answer answer(String method, String path, byte[] body) {
        if (method.equals("PUT")) {
            bodies.add(body);
            Answer accepted =
                    Answer.json(
                            200,
                            new UpdateReceipt(Outcome.ACCEPTED, false, null, "fine", body.length));
            return or(updateAnswers.poll(), accepted);
        }
        if (path.equals(Paths.CLIENTS)) {
            return Answer.json(200, new RegistrationReceipt("c1", "test", 1, false));
        }
        if (replaced.contains(path)) {
            return Answer.error(ErrorCode.REPLACED, path + ": another agent registered later");
        }
        if (path.endsWith("/task")) {
            RoundTask task = taskAnswers.isEmpty() ? tasks.poll() : null;
            Answer none = new Answer(204, new byte[0], "X", "none");
            return or(taskAnswers.poll(), task == null ? none : Answer.json(200, task));
        }
        if (path.contains("/models/")) {
            return or(modelAnswers.poll(), new Answer(200, model, "X", "none"));
        }
        return path.endsWith("/progress")
                ? new Answer(204, new byte[0], "X", "none")
                : Answer.error(ErrorCode.NOT_FOUND, "no such path: " + path);
    }

    private static Answer or(@org.jspecify.annotations.Nullable Answer first, Answer otherwise) {
        return first != null ? first : otherwise;
    }
}
