package dev.tributary.stories.chaos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tributary.stories.chaos.Damage.Fate;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;
import java.util.Queue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One direction of one connection: passes on message by message, some of them damaged. */
final class Passage implements Runnable {
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)");
    private static final Pattern STATUS = Pattern.compile("HTTP/1.1 (\\d+)");

    private final Socket from;
    private final Socket to;
    private final Damage damage;
    private final Queue<String> methods;
    private final boolean answers;

    /**
     * @param methods of the requests that are not answered yet: an answer to HEAD has no body
     * @param answers whether answers pass here; else requests
     */
    Passage(Socket from, Socket to, Damage damage, Queue<String> methods, boolean answers) {
        this.from = from;
        this.to = to;
        this.damage = damage;
        this.methods = methods;
        this.answers = answers;
    }

    @Override
    public void run() {
        try (from;
                to) {
            InputStream in = new BufferedInputStream(from.getInputStream());
            OutputStream out = to.getOutputStream();
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                pass(head, in, out);
            }
        } catch (IOException e) {
            // Either side hung up, was killed, or was cut off here.
        }
    }

    private void pass(String head, InputStream in, OutputStream out) throws IOException {
        long body = answers ? answerBytes(head) : requestBytes(head);
        Fate fate = damage.next(head.length(), body);
        byte[] bytes = head.getBytes(ISO_8859_1);
        out.write(bytes, 0, (int) Math.min(bytes.length, fate.cutAt()));
        requireWhole(fate.cutAt() >= bytes.length, out);
        passBody(body, fate, bytes.length, in, out);
        out.flush();
    }

    private static void passBody(
            long length, Fate fate, int headBytes, InputStream in, OutputStream out)
            throws IOException {
        byte[] chunk = new byte[4096];
        long passed = 0;
        while (passed < length) {
            int count = in.read(chunk, 0, (int) Math.min(chunk.length, length - passed));
            if (count < 0) {
                throw new EOFException();
            }
            if (fate.changeAt() >= passed && fate.changeAt() < passed + count) {
                chunk[(int) (fate.changeAt() - passed)] ^= (byte) (1 << fate.bit());
            }
            long left = fate.cutAt() - headBytes - passed;
            out.write(chunk, 0, (int) Math.min(count, left));
            requireWhole(left >= count, out);
            passed += count;
        }
    }

    private static void requireWhole(boolean whole, OutputStream out) throws IOException {
        if (!whole) {
            out.flush();
            throw new EOFException("cut off");
        }
    }

    private long requestBytes(String head) {
        methods.add(head.substring(0, head.indexOf(' ')));
        if (head.toLowerCase(Locale.ROOT).contains("\r\ncontent-range:")) {
            damage.resumed();
        }
        return length(head);
    }

    private long answerBytes(String head) throws IOException {
        Matcher status = STATUS.matcher(head);
        if (!status.lookingAt()) {
            throw new IOException("expected an answer, found " + head);
        }
        int code = Integer.parseInt(status.group(1));
        if (code < 200) {
            return 0;
        }
        boolean bodiless = "HEAD".equals(methods.poll()) || code == 204 || code == 304;
        return bodiless ? 0 : length(head);
    }

    /** Both sides always tell it. */
    private static long length(String head) {
        Matcher length = LENGTH.matcher(head.toLowerCase(Locale.ROOT));
        return length.find() ? Long.parseLong(length.group(1)) : 0;
    }

    /** Empty at the end. */
    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream(512);
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.write(next);
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(ISO_8859_1);
    }
}
