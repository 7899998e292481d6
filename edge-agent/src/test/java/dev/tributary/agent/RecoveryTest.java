package dev.tributary.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;

import dev.tributary.agent.FaultyProxy.Fault;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.agent.state.AgentState;
import dev.tributary.agent.state.ClientState;
import dev.tributary.agent.state.StateException;
import dev.tributary.data.LocalDataset;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.training.DeviceDataset;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What should happen: (1) an upload that broke goes on where it broke; (2) so does a download, also
 * after a restart; (3) a model that is held is not fetched; (4) an update that was trained is
 * trained once, whatever dies after that; (5) a server that forgot everything gets the same update.
 *
 * <p>What should not: (1) damaged state is not used; (2) an update for a round that is over is not
 * sent; (3) two agents do not work with one state; (4) no clock matters.
 */
class RecoveryTest {
    private static final ParameterLayout LARGE =
            ParameterLayout.builder().trainable("dense.weight", 400_000).build();

    private final List<String> lines = new ArrayList<>();
    private final Client client = new Client("c1", DeviceDataset.of(examples(), Device.cpu()));
    private final CountingTrainers trainers = new CountingTrainers(LARGE);
    @TempDir private Path directory;
    private ResumingFederation server;

    @BeforeEach
    void start() throws IOException {
        server = new ResumingFederation(LARGE, 2);
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @Test
    void uploadThatBrokeGoesOnWhereItBroke() throws IOException {
        List<Fault> faults = List.of(Fault.cutUp(1_000_000), Fault.cutUp(500_000));
        assertThat(run(faults, trainers).accepted()).isEqualTo(2);

        assertThat(trainers.rounds()).containsExactly(1, 2);
        assertThat(server.updateBytesReceived())
                .isEqualTo(server.accepted(1).length + server.accepted(2).length);
    }

    @Test
    void downloadThatBrokeGoesOnWhereItBroke() throws IOException {
        List<Fault> faults = List.of(Fault.cutDown(900_000), Fault.cutDown(300_000));
        assertThat(run(faults, trainers).accepted()).isEqualTo(2);

        assertThat(server.requests().stream().filter(line -> line.contains("/models/"))).hasSize(4);
        assertThat(server.wholeModelsSent()).isEqualTo(2);
    }

    @Test
    void downloadGoesOnAfterARestartAndAModelThatIsHeldIsNotFetched() throws IOException {
        assertThatThrownBy(() -> runOnce(List.of(Fault.cutDown(900_000)), trainers))
                .isInstanceOf(ServerUnreachableException.class);
        assertThat(Files.size(state("model"))).isBetween(800_000L, 900_000L);

        CountingTrainers dying = new CountingTrainers(LARGE, RecoveryTest::die);
        assertThatThrownBy(() -> run(List.of(), dying)).hasMessage("killed");
        assertThatThrownBy(() -> run(List.of(), dying)).hasMessage("killed");
        assertThat(dying.rounds()).containsExactly(1, 1);
        assertThat(server.wholeModelsSent()).isEqualTo(1);
        assertThat(server.notModified()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1_300, 5_000, 1_600_100})
    void modelWithAChangedByteIsFetchedAgain(long at) throws IOException {
        assertThat(run(List.of(Fault.flipDown(at)), trainers).accepted()).isEqualTo(2);
        assertThat(trainers.rounds()).containsExactly(1, 2);
    }

    @Test
    void updateWithAChangedByteIsSentAgainAsItWas() throws IOException {
        assertThat(run(List.of(Fault.flipUp(1_000_000)), trainers).accepted()).isEqualTo(2);
        assertThat(trainers.rounds()).containsExactly(1, 2);
        assertThat(server.updateBytesReceived()).isGreaterThan(3L * LARGE.bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {2_000, 100_000, 1_000_000, 1_600_000})
    void updateThatWasTrainedIsSentAfterTheAgentDied(int cut) throws IOException {
        assertThatThrownBy(() -> runOnce(List.of(Fault.cutUp(cut)), trainers))
                .isInstanceOf(ServerUnreachableException.class);
        assertThat(trainers.rounds()).containsExactly(1);

        assertThat(run(List.of(), trainers).accepted()).isEqualTo(2);
        assertThat(trainers.rounds()).containsExactly(1, 2);
        assertThat(lines).contains("round 1: trained before; the update that was kept is sent");
        assertThat(server.updateBytesReceived())
                .isEqualTo(server.accepted(1).length + server.accepted(2).length);
    }

    @Test
    void agentThatIsStoppedWhenItHasTrainedKeepsTheUpdate() throws IOException {
        CountingTrainers stopped =
                new CountingTrainers(LARGE, () -> Thread.currentThread().interrupt());
        assertThatThrownBy(() -> run(List.of(), stopped)).isInstanceOf(AgentStoppedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(lines).contains("round 1: stopped; the update is kept for the next start");
        assertThat(server.updateBytesReceived()).isZero();

        assertThat(run(List.of(), trainers).accepted()).isEqualTo(2);
        assertThat(trainers.rounds()).containsExactly(2);
    }

    @Test
    void runThatEndedLeavesNothingOnDisk() throws IOException {
        run(List.of(), trainers);
        try (Stream<Path> entries = Files.list(directory.resolve("client-c1"))) {
            assertThat(entries.map(path -> "" + path.getFileName())).containsExactly("lock");
        }
    }

    @Test
    void serverThatLostWhatItHadAcceptedGetsTheSameUpdate() throws IOException {
        server.loseNextAccepted();
        assertThat(run(List.of(), trainers).accepted()).isEqualTo(3);

        assertThat(trainers.rounds()).containsExactly(1, 2);
        assertThat(server.updateBytesReceived())
                .isEqualTo(2L * server.accepted(1).length + server.accepted(2).length);
    }

    @Test
    void serverThatForgotTheClientInMidUploadGetsTheUpdateAllTheSame() throws IOException {
        CountingTrainers forgotten = new CountingTrainers(LARGE, server::restart);
        assertThat(run(List.of(), forgotten).accepted()).isEqualTo(2);
        assertThat(forgotten.rounds()).containsExactly(1, 2);
    }

    @Test
    void updateForARoundThatIsOverIsNotSent() throws IOException {
        parkUpdate();
        server.acceptFromElsewhere(1);

        assertThat(run(List.of(), trainers).accepted()).isEqualTo(1);
        assertThat(trainers.rounds()).containsExactly(1, 2);
        assertThat(server.accepted(1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 30, 700, 1_000_000, -1})
    void damagedUpdateIsDroppedAndTrainedAgain(int at) throws IOException {
        parkUpdate();
        damage(state("update"), at);

        assertThat(run(List.of(), trainers).accepted()).isEqualTo(2);
        assertThat(trainers.rounds()).containsExactly(1, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 30, 700, 1_000_000, -1})
    void damagedModelIsFetchedAgain(int at) throws IOException {
        CountingTrainers dying = new CountingTrainers(LARGE, RecoveryTest::die);
        assertThatThrownBy(() -> run(List.of(), dying)).hasMessage("killed");
        damage(state("model"), at);

        assertThat(run(List.of(), trainers).accepted()).isEqualTo(2);
        try (ResumingFederation clean = new ResumingFederation(LARGE, 2)) {
            run(clean.uri(), new CountingTrainers(LARGE), ClientState.none(), Duration.ZERO);
            assertThat(server.accepted(1)).isEqualTo(clean.accepted(1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void clocksThatAreAnHourWrongDoNotMatter(int hours) throws IOException {
        parkUpdate();
        FileTime wrong = FileTime.from(Instant.now().plus(Duration.ofHours(hours)));
        for (String file : List.of("update", "model")) {
            Files.setLastModifiedTime(state(file), wrong);
        }
        assertThat(run(List.of(), trainers).accepted()).isEqualTo(2);
        assertThat(trainers.rounds()).containsExactly(1, 2);
    }

    @Test
    void secondAgentWithTheSameStateIsToldWhatToDo() {
        try (AgentState first = AgentState.open(directory, List.of("c1"))) {
            assertThat(first.of("c1")).isNotSameAs(ClientState.none());
            assertThatThrownBy(() -> AgentState.open(directory, List.of("c0", "c1")))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("client c1: process " + ProcessHandle.current().pid())
                    .hasMessageContaining("--state-dir");
            AgentState.open(directory, List.of("c0")).close();
        }
        AgentState.open(directory, List.of("c1")).close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void runEndsAsAnUndisturbedOneWhateverBreaks(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        List<Fault> faults =
                IntStream.range(0, 20).mapToObj(i -> Fault.random(random, 2_500_000)).toList();
        assertThat(run(faults, trainers).accepted()).as("seed %d", seed).isEqualTo(2);
        assertThat(trainers.rounds()).as("seed %d", seed).containsExactly(1, 2);
        try (ResumingFederation calm = new ResumingFederation(LARGE, 2)) {
            run(calm.uri(), new CountingTrainers(LARGE), ClientState.none(), Duration.ZERO);
            assertThat(server.accepted(2)).as("seed %d", seed).isEqualTo(calm.accepted(2));
        }
    }

    /** Leaves an update behind that was trained for round 1 and is not at the server. */
    private void parkUpdate() {
        assertThatThrownBy(() -> runOnce(List.of(Fault.cutUp(2_000)), trainers))
                .isInstanceOf(ServerUnreachableException.class);
        assertThat(state("update")).exists();
    }

    private ClientSummary run(List<Fault> faults, ModelTrainers with) throws IOException {
        return run(faults, with, Duration.ofMinutes(1));
    }

    /** With an agent that gives up at once. */
    private ClientSummary runOnce(List<Fault> faults, ModelTrainers with) throws IOException {
        return run(faults, with, Duration.ZERO);
    }

    private ClientSummary run(List<Fault> faults, ModelTrainers with, Duration retryFor)
            throws IOException {
        try (FaultyProxy proxy = new FaultyProxy(server.uri(), faults);
                AgentState state = AgentState.open(directory, List.of("c1"))) {
            return run(proxy.uri(), with, state.of("c1"), retryFor);
        }
    }

    private ClientSummary run(URI uri, ModelTrainers with, ClientState state, Duration retryFor) {
        ManualTiming timing = new ManualTiming();
        Retry retry =
                new Retry(
                        uri.toString(),
                        RetryPolicy.lasting(retryFor),
                        timing,
                        RetryPolicy.jitter("c1"),
                        lines::add);
        try (ServerClient connection =
                        new HttpServerClient(uri, "c1", HttpTransport.open(uri), retry, state);
                WorkbenchPool benches = new WorkbenchPool(1, with, Device.cpu())) {
            return new ClientLoop(
                            client,
                            "cpu",
                            connection,
                            benches,
                            state,
                            (id, line) -> lines.add(line),
                            timing)
                    .run();
        }
    }

    private Path state(String file) {
        return directory.resolve("client-c1/00000001-run-1").resolve(file);
    }

    /** Changes a bit, or cuts the last byte off. */
    private static void damage(Path path, int at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            if (at < 0) {
                file.setLength(file.length() - 1);
                return;
            }
            file.seek(at);
            int value = file.read();
            file.seek(at);
            file.write(value ^ 4);
        }
    }

    private static void die() {
        throw new IllegalStateException("killed");
    }

    private static LocalDataset examples() {
        return new LocalDataset(new float[6], new long[] {2}, new float[3], 2);
    }
}
