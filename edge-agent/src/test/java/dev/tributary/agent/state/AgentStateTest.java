package dev.tributary.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.TrainingPlan;
import dev.tributary.wire.TensorBody;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class AgentStateTest {
    /** Three bytes, of which this is the checksum. */
    private static final TensorBody BODY =
            new TensorBody(
                    List.of(ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {2, 3})),
                    3,
                    "f130f21e");

    @TempDir private Path directory;
    private AgentState agent;
    private ClientState state;

    @BeforeEach
    void open() {
        agent = AgentState.open(directory, List.of("c1"));
        state = agent.of("c1");
    }

    @AfterEach
    void close() {
        agent.close();
    }

    @Test
    void updateIsKeptForItsVeryTaskWhateverTheDeadline() throws IOException {
        keep(task("run-1", 3, 7));

        StoredUpdate stored = state.update(task("run-1", 3, 7)).orElseThrow();
        assertThat(stored.body().bytes()).isEqualTo(3);
        assertThat(stored.body().chunks().get(0)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(stored.record().exampleCount()).isEqualTo(10);
        assertThat(stored.record().loss()).isEqualTo(0.25);
    }

    @Test
    void updateOfAnotherRoundOrSeedIsDropped() throws IOException {
        for (RoundTask other : List.of(task("run-1", 4, 7), task("run-1", 3, 8))) {
            keep(task("run-1", 3, 7));
            assertThat(state.update(other)).isEmpty();
            assertThat(state.update(task("run-1", 3, 7))).isEmpty();
        }
    }

    @Test
    void nobodyElseCanLookIntoIt() throws IOException {
        keep(task("run-1", 3, 7));
        for (String made : List.of("client-c1", "client-c1/00000001-run-1")) {
            assertThat(Files.getPosixFilePermissions(directory.resolve(made)))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void updateOfAnotherRunStays() throws IOException {
        keep(task("run-1", 3, 7));
        assertThat(state.update(task("run-2", 3, 7))).isEmpty();
        assertThat(state.update(task("run-1", 3, 7))).isPresent();
    }

    @Test
    void unfinishedFileOfACrashIsNoUpdate() throws IOException {
        keep(task("run-1", 3, 7));
        Path file = directory.resolve("client-c1/00000001-run-1/update");
        Files.move(file, file.resolveSibling("update.new"));

        assertThat(state.update(task("run-1", 3, 7))).isEmpty();
        keep(task("run-1", 3, 7));
        assertThat(state.update(task("run-1", 3, 7))).isPresent();
    }

    @Test
    void modelThatIsHeldInPartGoesOnAndAnotherVersionTakesItsPlace() throws IOException {
        try (HeldModel begun = state.beginModel(model(1)).orElseThrow()) {
            begun.append(ByteBuffer.wrap(new byte[] {1, 2}));
        }
        try (HeldModel held = state.model("run-1", 1).orElseThrow()) {
            held.append(ByteBuffer.wrap(new byte[] {3}));
            ByteBuffer all = ByteBuffer.allocate(3);
            held.replay(all::put);
            assertThat(all.array()).containsExactly(1, 2, 3);
        }
        assertThat(state.model("run-1", 2)).isEmpty();
        state.beginModel(model(2)).orElseThrow().close();
        assertThat(state.model("run-1", 1)).isEmpty();
    }

    @Test
    void runsBeyondFourAreForgottenTheOldestFirst() throws IOException {
        for (int run = 1; run <= 12; run++) {
            keep(task("run-" + run, 1, 7));
        }
        try (Stream<Path> entries = Files.list(directory.resolve("client-c1"))) {
            assertThat(entries.map(path -> "" + path.getFileName()))
                    .containsExactlyInAnyOrder(
                            "lock",
                            "00000009-run-9",
                            "00000010-run-10",
                            "00000011-run-11",
                            "00000012-run-12");
        }
        assertThat(state.update(task("run-12", 1, 7))).isPresent();
    }

    @Test
    void runIdThatIsAPathIsRefused() {
        assertThatThrownBy(() -> state.update(task("../../escape", 1, 7)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("run id: expected 1 to 128 letters");
    }

    @Test
    void directoryThatIsAFileIsToldWithItsOption() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> AgentState.open(file, List.of("c1")))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("--state-dir " + file);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void memoryIsThatOfTheRoundThatCounts(boolean onDisk) throws IOException {
        ClientState memory = onDisk ? state : ClientState.none();
        assertThat(recalled(memory, 0)).isEmpty();
        memory.remember(after(0, 2), bytes(1, 2));
        memory.remember(after(2, 4), bytes(3, 4));
        // The same round once more, after a crash.
        memory.remember(after(2, 4), bytes(5, 6));
        assertThat(recalled(memory, 2)).containsExactly(1, 2);
        assertThat(recalled(memory, 3)).isEmpty();
        assertThat(recalled(memory, 4)).containsExactly(5, 6);

        memory.dropRun("run-1");
        assertThat(recalled(memory, 4)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void roundsThatNeverCountedAreForgotten(boolean onDisk) throws IOException {
        ClientState memory = onDisk ? state : ClientState.none();
        memory.remember(after(0, 1), bytes(1, 1));
        for (int round = 2; round <= 6; round++) {
            memory.remember(after(1, round), bytes(round, round));
        }
        assertThat(recalled(memory, 1)).containsExactly(1, 1);
        assertThat(recalled(memory, 5)).isEmpty();
        memory.remember(after(6, 8), bytes(8, 8));
        assertThat(recalled(memory, 1)).isEmpty();
        if (onDisk) {
            try (Stream<Path> files = Files.list(directory.resolve("client-c1/00000001-run-1"))) {
                assertThat(files.map(path -> "" + path.getFileName()))
                        .containsExactlyInAnyOrder("memory-00000006", "memory-00000008");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 30, -1})
    void damagedMemoryIsNotUsed(int at) throws IOException {
        state.remember(after(0, 1), bytes(1, 2));
        Path file = directory.resolve("client-c1/00000001-run-1/memory-00000001");
        byte[] content = Files.readAllBytes(file);
        content[at < 0 ? content.length + at : at] ^= 4;
        Files.write(file, content);

        assertThat(recalled(state, 1)).isEmpty();
    }

    private static List<ByteBuffer> bytes(int first, int second) {
        return List.of(
                ByteBuffer.wrap(new byte[] {(byte) first}),
                ByteBuffer.wrap(new byte[] {(byte) second}));
    }

    private static byte[] recalled(ClientState state, int round) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean present =
                state.recall(
                        "run-1",
                        round,
                        2,
                        chunk -> {
                            while (chunk.hasRemaining()) {
                                bytes.write(chunk.get());
                            }
                        });
        assertThat(bytes.size()).isEqualTo(present ? 2 : 0);
        return bytes.toByteArray();
    }

    private void keep(RoundTask task) throws IOException {
        assertThat(state.keepUpdate(UpdateRecord.of(task, BODY, 10, 0.25), BODY)).isTrue();
    }

    private static ModelRecord model(int version) {
        return new ModelRecord("run-1", version, "\"x-3\"", "f130f21e", 3);
    }

    private static RoundTask task(String run, int round, long seed) {
        return task(run, 0, round, seed);
    }

    private static RoundTask after(int countedRound, int round) {
        return task("run-1", countedRound, round, 7);
    }

    private static RoundTask task(String run, int countedRound, int round, long seed) {
        return new RoundTask(
                RoundTask.Kind.TRAIN,
                run,
                round,
                round - 1,
                countedRound,
                new ModelSpec("test", Map.of("width", "3")),
                "00",
                TrainingPlan.sgd(1, 10, 0.1),
                ObjectiveSpec.PLAIN,
                seed,
                System.nanoTime());
    }
}
