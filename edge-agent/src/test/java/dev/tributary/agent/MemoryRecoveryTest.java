package dev.tributary.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.agent.FaultyProxy.Fault;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.agent.state.AgentState;
import dev.tributary.agent.state.ClientState;
import dev.tributary.data.LocalDataset;
import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.objective.ScaffoldObjective;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.DeviceDataset;
import dev.tributary.training.GradientCorrection;
import dev.tributary.training.LocalResult;
import dev.tributary.training.ProgressListener;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * What should happen: SCAFFOLD's updates, which depend on all that a client remembers, are those of
 * an undisturbed run, wherever the agent dies.
 */
class MemoryRecoveryTest {
    private static final int ROUNDS = 4;
    private static final ParameterLayout MODEL =
            ParameterLayout.builder().trainable("weight", 200_000).build();
    private static final ParameterLayout EXCHANGE = new ScaffoldObjective().exchangeLayout(MODEL);
    private static final ObjectiveSpec SCAFFOLD = new ObjectiveSpec("scaffold", Map.of());

    private final Client client = new Client("c1", DeviceDataset.of(examples(), Device.cpu()));
    @TempDir private Path directory;
    private ResumingFederation server;

    @BeforeEach
    void start() throws IOException {
        server = new ResumingFederation(EXCHANGE, SCAFFOLD, ROUNDS);
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @ParameterizedTest
    @CsvSource({"recall,2", "remember,2", "keepUpdate,1"})
    void agentThatDiesInEachRoundRemembersAllTheSame(String method, int later) throws IOException {
        for (int death = 1; death <= ROUNDS; death++) {
            // A round that broke off begins with the same calls.
            int calls = death == 1 ? 1 : later;
            assertThatThrownBy(() -> run(dyingAt(method, calls), List.of(), Duration.ZERO))
                    .hasMessage("killed");
        }
        run(UnaryOperator.identity(), List.of(), Duration.ZERO);
        assertSameAsUndisturbed();
    }

    @ParameterizedTest
    @ValueSource(ints = {2_000, 100_000, 1_000_000, 1_600_000})
    void agentThatDiesWhileItSendsRemembersAllTheSame(int cut) throws IOException {
        assertThatThrownBy(
                        () ->
                                run(
                                        UnaryOperator.identity(),
                                        List.of(Fault.cutUp(cut)),
                                        Duration.ZERO))
                .isInstanceOf(ServerUnreachableException.class);
        run(UnaryOperator.identity(), List.of(), Duration.ZERO);
        assertSameAsUndisturbed();
    }

    @Test
    void updatesDependOnWhatIsRemembered() throws IOException {
        run(UnaryOperator.identity(), List.of(), Duration.ZERO);
        assertThat(payload(server, 2)).isNotEqualTo(payload(server, 1));
        assertThat(payload(server, 3)).isNotEqualTo(payload(server, 2));
    }

    /** Round 3 goes on from round 1, also where the agent died in round 2. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsRememberedOfARoundThatCameToNothingDoesNotCount(boolean dies) throws IOException {
        server.comesToNothing(2);
        if (dies) {
            assertThatThrownBy(() -> run(dyingAt("remember", 2), List.of(), Duration.ZERO))
                    .hasMessage("killed");
        }
        run(UnaryOperator.identity(), List.of(), Duration.ZERO);
        assertThat(payload(server, 2)).isNotEqualTo(payload(server, 1));
        assertThat(payload(server, 3)).isEqualTo(payload(server, 2));
        assertThat(payload(server, 4)).isNotEqualTo(payload(server, 3));
    }

    private void assertSameAsUndisturbed() throws IOException {
        try (ResumingFederation calm = new ResumingFederation(EXCHANGE, SCAFFOLD, ROUNDS)) {
            run(calm.uri(), ClientState.none(), Duration.ZERO);
            for (int round = 1; round <= ROUNDS; round++) {
                assertThat(server.accepted(round)).isEqualTo(calm.accepted(round)).isNotEmpty();
            }
        }
    }

    /** The vector, without what the body says of itself. */
    private static byte[] payload(ResumingFederation federation, int round) {
        byte[] body = federation.accepted(round);
        int bytes = Math.toIntExact(EXCHANGE.bytes());
        return Arrays.copyOfRange(body, body.length - bytes, body.length);
    }

    private void run(UnaryOperator<ClientState> wrap, List<Fault> faults, Duration retryFor)
            throws IOException {
        try (FaultyProxy proxy = new FaultyProxy(server.uri(), faults);
                AgentState state = AgentState.open(directory, List.of("c1"))) {
            run(proxy.uri(), wrap.apply(state.of("c1")), retryFor);
        }
    }

    private void run(URI uri, ClientState state, Duration retryFor) {
        ManualTiming timing = new ManualTiming();
        Retry retry =
                new Retry(
                        uri.toString(),
                        RetryPolicy.lasting(retryFor),
                        timing,
                        RetryPolicy.jitter("c1"),
                        line -> {});
        try (ServerClient connection =
                        new HttpServerClient(uri, "c1", HttpTransport.open(uri), retry, state);
                WorkbenchPool benches =
                        new WorkbenchPool(1, MemoryRecoveryTest::trainer, Device.cpu())) {
            new ClientLoop(client, "cpu", connection, benches, state, (id, line) -> {}, timing)
                    .run();
        }
    }

    /** A state that carries a call out, so and so often, and then is gone with its agent. */
    private static UnaryOperator<ClientState> dyingAt(String method, int calls) {
        int[] left = {calls};
        return state ->
                (ClientState)
                        Proxy.newProxyInstance(
                                ClientState.class.getClassLoader(),
                                new Class<?>[] {ClientState.class},
                                (proxy, called, arguments) -> {
                                    Object result;
                                    try {
                                        result = called.invoke(state, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                    if (called.getName().equals(method) && --left[0] == 0) {
                                        throw new IllegalStateException("killed");
                                    }
                                    return result;
                                });
    }

    /** Two steps in all, and against the shift. */
    private static ModelTrainer trainer(ModelSpec model, Device device) {
        return new ModelTrainer() {
            @Override
            public ParameterLayout layout() {
                return MODEL;
            }

            @Override
            public LocalResult train(
                    NDArray flat,
                    GradientCorrection correction,
                    Client client,
                    RoundTask task,
                    ProgressListener listener) {
                flat.addi(1);
                NDArray shift = Objects.requireNonNull(correction.shift());
                try (NDArray way = shift.mul(0.125f)) {
                    flat.subi(way);
                }
                return new LocalResult(client.data().exampleCount(), 2, List.of(0.5), 1000);
            }

            @Override
            public EvaluationResult evaluate(NDArray flat, DeviceDataset examples) {
                return new EvaluationResult(1, 0, 1);
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
    }

    private static LocalDataset examples() {
        return new LocalDataset(new float[6], new long[] {2}, new float[3], 2);
    }
}
