package dev.tributary.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.server.store.ModelVersion;

import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A small model is read from its file once, and every answer is that file's bytes. */
final class HeldModelTest {
    private static final int BYTES = 100_003;

    private final ArrayByteBufferPool.Tracking pool = new ArrayByteBufferPool.Tracking();
    private final HeldModel held = new HeldModel();
    @TempDir private Path directory;

    @Test
    void fileIsReadOnce() throws IOException {
        ModelVersion version = version(1);
        assertThat(read(version)).isEqualTo(content(1));
        Files.delete(version.path());
        assertThat(read(version)).isEqualTo(content(1));
    }

    @Test
    void answerOutlivesTheNextVersions() throws IOException {
        RetainableByteBuffer slow = held.content(version(1), pool);
        for (int next = 2; next < 6; next++) {
            assertThat(read(version(next))).isEqualTo(content(next));
        }
        assertThat(bytes(slow)).isEqualTo(content(1));
        slow.release();
        assertThat(pool.getLeaks()).hasSize(1);
    }

    @Test
    void fileThatIsTooShortIsToldAndCostsNoBuffer() throws IOException {
        ModelVersion version = version(1);
        Files.write(version.path(), new byte[BYTES - 1]);
        assertThatThrownBy(() -> held.content(version, pool))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("version 1", "100003", "100002");
        assertThat(pool.getLeaks()).isEmpty();
    }

    @Test
    void threadsGetTheVersionsThatTheyAskFor() throws Exception {
        List<ModelVersion> versions = List.of(version(1), version(2), version(3));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> askers = new ArrayList<>();
            for (int seed = 0; seed < 4; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                askers.add(() -> ask(versions, random));
            }
            for (Future<Void> asker : threads.invokeAll(askers)) {
                asker.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(pool.getLeaks()).hasSize(1);
    }

    private Void ask(List<ModelVersion> versions, SplittableRandom random) throws IOException {
        for (int i = 0; i < 200; i++) {
            ModelVersion version = versions.get(random.nextInt(versions.size()));
            assertThat(read(version)).isEqualTo(content(version.version()));
        }
        return null;
    }

    private byte[] read(ModelVersion version) throws IOException {
        RetainableByteBuffer content = held.content(version, pool);
        byte[] bytes = bytes(content);
        content.release();
        return bytes;
    }

    private static byte[] bytes(RetainableByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.getByteBuffer().duplicate().get(bytes);
        return bytes;
    }

    private ModelVersion version(int number) throws IOException {
        Path path = directory.resolve("v" + number);
        Files.write(path, content(number));
        return new ModelVersion(number, path, BYTES, 0, "" + number);
    }

    private static byte[] content(int version) {
        byte[] content = new byte[BYTES];
        new SplittableRandom(version).nextBytes(content);
        return content;
    }
}
