package dev.tributary.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.tributary.objective.ObjectiveSpec;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RegistrationReceipt;
import dev.tributary.protocol.RoundTask;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Who comes to a relay and goes, and when it has nobody left; the parent's run has ended. */
@Timeout(20)
final class RelayClientsTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private static final RoundTask END =
            new RoundTask(
                    RoundTask.Kind.FINISHED,
                    "r",
                    1,
                    1,
                    1,
                    new ModelSpec("vector", Map.of()),
                    "",
                    TrainingPlan.sgd(1, 1, 1),
                    ObjectiveSpec.PLAIN,
                    1,
                    0);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    @TempDir private Path directory;
    private HttpServer server;
    private Summing summing;

    @BeforeEach
    void start() throws IOException {
        summing = new Summing();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", RelayClientsTest::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
        summing.close();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String text =
                exchange.getRequestMethod().equals("POST")
                        ? Json.write(new RegistrationReceipt("a", "test", 1, false))
                        : Json.write(END);
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private RelayClients relay(Duration grace) {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        Parent parent = new Parent(uri, Optional.empty());
        RelayRuns runs = new RelayRuns(parent, directory, LONG, LONG, summing);
        return new RelayClients(parent, runs, grace);
    }

    private static void register(RelayClients clients, String id, String agent) {
        ClientRegistration registration =
                new ClientRegistration(id, Paths.PROTOCOL_VERSION, "test", 10, "cpu");
        assertThat(clients.register(registration, agent).join()).isNotNull();
    }

    @Test
    void agentThatWasReplacedTakesNobodyWithIt() {
        RelayClients clients = relay(LONG);
        register(clients, "a", "first");
        register(clients, "a", "second");
        assertThat(clients.leave("a", "first").join()).isTrue();
        assertThat(clients.size()).isEqualTo(1);
        assertThat(clients.leave("a", "second").join()).isTrue();
        assertThat(clients.size()).isZero();
    }

    @Test
    void passwordInTheParentsAddressIsRefusedAndNotRepeated() {
        URI parent = URI.create("http://anna:secret@host:8080");
        assertThatThrownBy(() -> RelayOptions.local(parent, directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without a user name and password")
                .hasMessageNotContaining("secret");
    }

    @Test
    void lastOneHearsOfTheEndBeforeTheRelayEnds() {
        RelayClients clients = relay(Duration.ZERO);
        register(clients, "a", "agent");
        CompletableFuture<Void> end = clients.finished().thenRun(clients::close);
        Optional<RoundTask> told = clients.poll("a", "agent").join();
        end.join();
        assertThat(told.map(RoundTask::kind)).contains(RoundTask.Kind.FINISHED);
    }

    @Test
    void relayThatWasJustStartedWaitsForThoseWhoKnowItFromBefore() {
        RelayClients clients = relay(LONG);
        CompletableFuture<Void> end = clients.finished();
        assertThat(clients.poll("a", "agent").join()).isPresent();
        assertThat(clients.size()).isZero();
        assertThat(end).isNotDone();
    }
}
