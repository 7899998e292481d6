package dev.tributary.agent.runs;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tributary.agent.http.AnswerSink;
import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.cli.CommandException;
import dev.tributary.protocol.Paths;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * A model on its way into a file, over as many requests as it takes; what has come lies beside the
 * file in {@code .part}, with its entity tag in {@code .etag}. One thread.
 */
final class ModelFetch {
    private static final int ATTEMPTS = 5;
    private static final int PARTIAL = 206;
    private static final int OUT_OF_RANGE = 416;

    private final RunsClient client;
    private final String run;
    private final Path output;
    private final Path part;
    private final Path tag;

    ModelFetch(RunsClient client, String run, Path output) {
        this.client = client;
        this.run = run;
        this.output = output.toAbsolutePath();
        this.part = this.output.resolveSibling(output.getFileName() + ".part");
        this.tag = this.output.resolveSibling(output.getFileName() + ".etag");
    }

    /**
     * Fetches what is missing.
     *
     * @return SHA-256 of the file, in hex
     * @throws CommandException if the server has no model, or the file cannot be written, or is
     *     there and is another
     * @throws IOException if it broke off time and again
     */
    String fetch() throws IOException {
        if (Files.exists(output)) {
            return present();
        }
        requireWritable();
        for (int attempt = 1; ; attempt++) {
            try {
                return keep(request());
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw new IOException(
                            "the model broke off %d times; the same command goes on"
                                    .formatted(attempt),
                            e);
                }
            }
        }
    }

    /** The file that is there, if it is the model; nobody else's is overwritten. */
    private String present() throws IOException {
        HttpCall call = client.modelCall(run).with("Range", "bytes=0-0");
        HttpReply reply = client.checked(client.model(call, new Nowhere()));
        Sums found = Files.isRegularFile(output) ? Sums.of(output) : new Sums("", "");
        boolean same =
                reply.header(Paths.MODEL_SHA256_HEADER)
                        .map(found.sha256::equals)
                        .or(() -> reply.header(Paths.CHECKSUM_HEADER).map(found.crc::equals))
                        .orElse(false);
        if (!same) {
            throw new CommandException(
                    "%s: expected no such file yet, found one that is not the model of run %s; move it away, or choose another with --output"
                            .formatted(output, run));
        }
        return found.sha256;
    }

    private void requireWritable() {
        boolean begun = Files.exists(part);
        try {
            FileChannel.open(part, CREATE, WRITE).close();
            if (!begun) {
                Files.delete(part);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** What this machine's disk says does not change by asking the server again. */
    private CommandException unwritable(IOException cause) {
        return new CommandException(output + " cannot be written", cause);
    }

    private HttpReply request() throws IOException {
        HttpCall call = client.modelCall(run);
        long held = Files.exists(part) && Files.exists(tag) ? Files.size(part) : 0;
        if (held > 0) {
            call =
                    call.with("Range", "bytes=" + held + "-")
                            .with("If-Range", Files.readString(tag));
        }
        try (Target target = new Target(held)) {
            HttpReply reply = client.model(call, target);
            if (reply.status() == OUT_OF_RANGE) {
                forget();
                throw new IOException("more is here than the model has");
            }
            return client.checked(reply);
        }
    }

    /** Checks the whole file, then gives it its name. */
    private String keep(HttpReply reply) throws IOException {
        Sums found = Sums.of(part);
        requireSame("CRC-32C", reply.header(Paths.CHECKSUM_HEADER).orElse(null), found.crc);
        requireSame("SHA-256", reply.header(Paths.MODEL_SHA256_HEADER).orElse(null), found.sha256);
        Files.move(part, output, ATOMIC_MOVE, REPLACE_EXISTING);
        Files.deleteIfExists(tag);
        return found.sha256;
    }

    private void requireSame(String what, @Nullable String expected, String found)
            throws IOException {
        if (expected != null && !expected.equals(found)) {
            forget();
            throw new IOException(
                    "the model arrived spoiled: expected %s %s, found %s"
                            .formatted(what, expected, found));
        }
    }

    private void forget() throws IOException {
        Files.deleteIfExists(part);
        Files.deleteIfExists(tag);
    }

    /** Of a file, in hex. */
    private record Sums(String sha256, String crc) {
        static Sums of(Path file) throws IOException {
            MessageDigest sha256 = digest();
            CRC32C crc = new CRC32C();
            try (InputStream in = Files.newInputStream(file)) {
                byte[] chunk = new byte[1 << 16];
                for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                    sha256.update(chunk, 0, count);
                    crc.update(chunk, 0, count);
                }
            }
            HexFormat hex = HexFormat.of();
            return new Sums(hex.formatHex(sha256.digest()), hex.toHexDigits(crc.getValue(), 8));
        }

        private static MessageDigest digest() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java platform has SHA-256", e);
            }
        }
    }

    /** Where only the answer's headers matter. */
    private static final class Nowhere implements AnswerSink {
        @Override
        public void begin(HttpReply head) {}

        @Override
        public void accept(ByteBuffer chunk) {
            chunk.position(chunk.limit());
        }
    }

    /** Appends where the answer goes on, else begins anew. */
    private final class Target implements AnswerSink, AutoCloseable {
        private final long held;
        private @Nullable FileChannel out;

        Target(long held) {
            this.held = held;
        }

        @Override
        public void begin(HttpReply head) {
            try {
                out = head.status() == PARTIAL ? rest() : anew(head.header("ETag").orElse(""));
            } catch (IOException e) {
                throw unwritable(e);
            }
        }

        private FileChannel rest() throws IOException {
            return FileChannel.open(part, WRITE).position(held);
        }

        private FileChannel anew(String etag) throws IOException {
            Files.deleteIfExists(tag);
            FileChannel whole = FileChannel.open(part, CREATE, WRITE, TRUNCATE_EXISTING);
            if (!etag.isEmpty()) {
                Files.writeString(tag, etag);
            }
            return whole;
        }

        @Override
        public void accept(ByteBuffer chunk) {
            try {
                FileChannel open = out;
                while (open != null && chunk.hasRemaining()) {
                    open.write(chunk);
                }
            } catch (IOException e) {
                throw unwritable(e);
            }
        }

        @Override
        public void close() throws IOException {
            if (out != null) {
                out.close();
            }
        }
    }
}
