package dev.tributary.stories;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.UpdateMetadata;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** One of very many clients on one thread: it waits for tasks, and its update is all zeros. */
final class SwarmClient {
    private static final ByteBuffer INPUT = ByteBuffer.allocateDirect(1 << 16);

    /** What the next answer is the answer to. */
    enum Asked {
        REGISTRATION,
        TASK,
        MODEL,
        UPDATE,
        NOTHING
    }

    private final String id;
    private final SelectionKey key;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private ByteBuffer output = ByteBuffer.allocate(0);
    private Asked asked = Asked.REGISTRATION;
    private @Nullable RoundTask current;
    private int updates;

    SwarmClient(String id, SelectionKey key) {
        this.id = id;
        this.key = key;
    }

    Asked asked() {
        return asked;
    }

    int updates() {
        return updates;
    }

    /** The connection stands. */
    void register() {
        ClientRegistration registration =
                new ClientRegistration(id, Paths.PROTOCOL_VERSION, "swarm", 1, "cpu");
        send(
                Asked.REGISTRATION,
                "POST",
                Paths.CLIENTS,
                "",
                Json.write(registration).getBytes(UTF_8));
    }

    /** Goes on with whatever the connection is ready for. */
    void proceed() throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (key.isWritable()) {
            channel.write(output);
            if (!output.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ);
            }
        }
        if (key.isReadable()) {
            int count = channel.read(INPUT.clear());
            if (count < 0) {
                throw new EOFException(id + ": the server closed the connection, asked " + asked);
            }
            byte[] bytes = new byte[count];
            INPUT.flip().get(bytes);
            answer.writeBytes(bytes);
            takeAnswer();
        }
    }

    private void takeAnswer() throws IOException {
        String text = answer.toString(ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        String head = text.substring(0, end);
        int status = Integer.parseInt(head.substring(9, 12));
        int length = status == 204 ? 0 : contentLength(head);
        if (text.length() < end + 4 + length) {
            return;
        }
        answer.reset();
        if (status != 200 && status != 204) {
            throw new IOException(id + ": " + text);
        }
        next(status, text.substring(end + 4));
    }

    private static int contentLength(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .map(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
    }

    private void next(int status, String body) throws IOException {
        switch (asked) {
            case REGISTRATION -> poll();
            case TASK -> {
                if (status == 204) {
                    poll();
                } else {
                    begin(Json.read(body, RoundTask.class));
                }
            }
            case MODEL -> upload();
            case UPDATE -> {
                UpdateReceipt receipt = Json.read(body, UpdateReceipt.class);
                if (receipt.outcome() != Outcome.ACCEPTED) {
                    throw new IOException(id + ": " + receipt);
                }
                updates++;
                poll();
            }
            case NOTHING -> throw new IOException(id + ": an answer to nothing: " + body);
        }
    }

    private void poll() {
        send(Asked.TASK, "GET", Paths.task(id), "", new byte[0]);
    }

    private void begin(RoundTask task) throws IOException {
        current = task;
        if (task.kind() == RoundTask.Kind.FINISHED) {
            asked = Asked.NOTHING;
            key.channel().close();
            return;
        }
        send(Asked.MODEL, "GET", Paths.model(task.runId(), task.modelVersion()), "", new byte[0]);
    }

    private void upload() {
        RoundTask task = Objects.requireNonNull(current);
        ParameterLayout layout = ModelCatalog.load().create(task.model()).layout();
        UpdateMetadata metadata =
                new UpdateMetadata(task.runId(), task.round(), id, task.modelVersion(), 1, 0);
        ByteBuffer zeros = ByteBuffer.allocate((int) layout.bytes());
        TensorBody body = TensorBody.of(layout, List.of(zeros), metadata.toMap());
        ByteBuffer whole = ByteBuffer.allocate((int) body.bytes());
        body.chunks().forEach(chunk -> whole.put(chunk.duplicate()));
        send(
                Asked.UPDATE,
                "PUT",
                Paths.update(task.runId(), task.round(), id),
                Paths.CHECKSUM_HEADER + ": " + body.checksum() + "\r\n",
                whole.array());
    }

    private void send(Asked what, String method, String path, String headers, byte[] body) {
        String head =
                "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n"
                        .formatted(
                                method,
                                path,
                                headers,
                                body.length == 0
                                        ? ""
                                        : "Content-Length: %d\r\n".formatted(body.length));
        output = ByteBuffer.allocate(head.length() + body.length);
        output.put(head.getBytes(ISO_8859_1)).put(body).flip();
        asked = what;
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
}
