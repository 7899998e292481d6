package dev.tributary.agent;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.ErrorReply;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RoundTask.Kind;
import dev.tributary.protocol.UpdateReceipt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * A server of one client that keeps what came of an upload, and hands out models in parts.
 *
 * <p>It asks for round after round until each has an accepted update, like the real one, whatever
 * is lost on the way.
 */
final class ResumingFederation implements AutoCloseable {
    private final HttpServer http;
    private final ParameterLayout layout;
    private final byte[] model;
    private final int rounds;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, ByteArrayOutputStream> spools = new HashMap<>();
    private final Map<String, byte[]> accepted = new HashMap<>();

    /** One at a time: what came of a broken one is all written before somebody asks. */
    private final Semaphore uploads = new Semaphore(1);

    /** Whose updates were accepted, and are in no model. */
    private final Set<Integer> fruitless = new HashSet<>();

    private boolean losing;
    private volatile boolean known;
    private final AtomicInteger wholeModels = new AtomicInteger();
    private final AtomicInteger notModified = new AtomicInteger();
    private final ObjectiveSpec objective;
    private volatile long updateBytesReceived;

    ResumingFederation(ParameterLayout layout, int rounds) throws IOException {
        this(layout, ObjectiveSpec.PLAIN, rounds);
    }

    /** With clients of another objective, which exchange that layout. */
    ResumingFederation(ParameterLayout layout, ObjectiveSpec objective, int rounds)
            throws IOException {
        this.layout = layout;
        this.objective = objective;
        this.model = Tasks.model(layout);
        this.rounds = rounds;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        // One request after the other: what came of an upload is counted before it is asked for.
        http.setExecutor(
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread thread = new Thread(task, "resuming-federation");
                            thread.setDaemon(true);
                            return thread;
                        }));
        http.createContext("/", this::handle);
        http.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Method, path and what was asked of it, without progress reports. */
    List<String> requests() {
        return requests;
    }

    /** The accepted update of a round. */
    synchronized byte[] accepted(int round) {
        return requireNonNull(accepted.get(path(round)), "nothing is accepted").clone();
    }

    /** Loses all that is not accepted, and who was here, as a restart may. */
    synchronized void restart() {
        known = false;
        spools.clear();
    }

    /** Crashes after the next receipt, without having written down what it is for. */
    synchronized void loseNextAccepted() {
        losing = true;
    }

    /** Takes somebody else's update for a round. */
    synchronized void acceptFromElsewhere(int round) {
        accepted.put(path(round), new byte[0]);
    }

    /** A round fails after its update was accepted. */
    synchronized void comesToNothing(int round) {
        fruitless.add(round);
    }

    /** How often a model was sent from its first byte. */
    int wholeModelsSent() {
        return wholeModels.get();
    }

    /** How often a client held the model already. */
    int notModified() {
        return notModified.get();
    }

    long updateBytesReceived() {
        return updateBytesReceived;
    }

    @Override
    public void close() {
        http.stop(0);
    }

    private static String path(int round) {
        return Paths.update("run-1", round, "c1");
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        if (!path.endsWith("/progress")) {
            requests.add(method + " " + path);
        }
        if (path.equals(Paths.CLIENTS)) {
            exchange.getRequestBody().readAllBytes();
            known = true;
            json(exchange, 200, new RegistrationReceipt("c1", "test", 1, false));
        } else if (!known) {
            error(exchange, ErrorCode.UNKNOWN_CLIENT, "who?");
        } else if (path.equals(Paths.task("c1"))) {
            json(exchange, 200, nextTask());
        } else if (path.startsWith("/v1/runs/run-1/models/")) {
            model(exchange);
        } else if (path.contains("/updates/")) {
            uploads.acquireUninterruptibly();
            try {
                update(exchange, method, path);
            } finally {
                uploads.release();
            }
        } else {
            exchange.getRequestBody().readAllBytes();
            error(exchange, ErrorCode.NOT_FOUND, "no such path: " + path);
        }
        exchange.close();
    }

    private synchronized RoundTask nextTask() {
        int counted = 0;
        for (int round = 1; round <= rounds; round++) {
            if (!accepted.containsKey(path(round))) {
                return Tasks.task(Kind.TRAIN, round, counted, layout.hash(), objective);
            }
            counted = fruitless.contains(round) ? counted : round;
        }
        return Tasks.finished();
    }

    private void model(HttpExchange exchange) throws IOException {
        String tag = "\"%s-%d\"".formatted(crc(model), model.length);
        exchange.getResponseHeaders().set("ETag", tag);
        exchange.getResponseHeaders().set(Paths.CHECKSUM_HEADER, crc(model));
        if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            notModified.incrementAndGet();
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        boolean part =
                range != null && tag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
        int from = part ? Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1")) : 0;
        if (part) {
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes %d-%d/%d".formatted(from, model.length - 1, model.length));
        }
        wholeModels.addAndGet(part ? 0 : 1);
        exchange.sendResponseHeaders(part ? 206 : 200, model.length - from);
        exchange.getResponseBody().write(model, from, model.length - from);
    }

    private void update(HttpExchange exchange, String method, String path) throws IOException {
        if (method.equals("HEAD")) {
            offset(exchange, path);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Content-Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes (\\d+)-.*", "$1"));
        ByteArrayOutputStream spool = spool(path, from);
        if (spool == null) {
            exchange.getRequestBody().readAllBytes();
            error(exchange, ErrorCode.OFFSET_MISMATCH, "not from " + from);
            return;
        }
        receive(exchange, spool);
        String checksum = exchange.getRequestHeaders().getFirst(Paths.CHECKSUM_HEADER);
        json(exchange, 200, finish(path, spool.toByteArray(), checksum));
    }

    private synchronized void offset(HttpExchange exchange, String path) throws IOException {
        ByteArrayOutputStream spool = spools.get(path);
        if (accepted.containsKey(path)) {
            exchange.getResponseHeaders().set(Paths.ACCEPTED_HEADER, "true");
        }
        exchange.getResponseHeaders()
                .set(Paths.UPDATE_OFFSET_HEADER, "" + (spool == null ? 0 : spool.size()));
        exchange.sendResponseHeaders(200, -1);
    }

    private synchronized @org.jspecify.annotations.Nullable ByteArrayOutputStream spool(
            String path, int from) {
        if (from == 0) {
            spools.put(path, new ByteArrayOutputStream());
        }
        ByteArrayOutputStream spool = spools.get(path);
        return spool != null && spool.size() == from ? spool : null;
    }

    /** What comes before the connection breaks is kept. */
    private void receive(HttpExchange exchange, ByteArrayOutputStream spool) throws IOException {
        byte[] chunk = new byte[1024];
        long missing = Long.parseLong(exchange.getRequestHeaders().getFirst("Content-Length"));
        int count = exchange.getRequestBody().read(chunk);
        while (count >= 0) {
            synchronized (this) {
                spool.write(chunk, 0, count);
                updateBytesReceived += count;
            }
            missing -= count;
            count = exchange.getRequestBody().read(chunk);
        }
        if (missing > 0) {
            throw new IOException("the upload broke off");
        }
    }

    private synchronized UpdateReceipt finish(String path, byte[] body, String checksum) {
        spools.remove(path);
        if (!crc(body).equals(checksum)) {
            return new UpdateReceipt(
                    Outcome.REJECTED, false, ErrorCode.CHECKSUM_MISMATCH, "spoiled", body.length);
        }
        if (losing) {
            losing = false;
            restart();
            return new UpdateReceipt(Outcome.ACCEPTED, false, null, "fine", body.length);
        }
        byte[] before = accepted.putIfAbsent(path, body);
        if (before == null || Arrays.equals(before, body)) {
            return new UpdateReceipt(Outcome.ACCEPTED, before != null, null, "fine", body.length);
        }
        return new UpdateReceipt(
                Outcome.REJECTED, false, ErrorCode.CONFLICTING_UPDATE, "another", body.length);
    }

    static String crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return "%08x".formatted(crc.getValue());
    }

    private static void error(HttpExchange exchange, ErrorCode code, String message)
            throws IOException {
        json(exchange, code.httpStatus(), new ErrorReply(code, message));
    }

    private static void json(HttpExchange exchange, int status, Record value) throws IOException {
        byte[] body = Json.write(value).getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
