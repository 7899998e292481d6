package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.credentials.CertificateAuthority;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.Identity;
import dev.tributary.credentials.Role;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.strategy.Weighting;
import dev.tributary.wire.SumBody;
import dev.tributary.wire.SumMetadata;
import dev.tributary.wire.SumMetadata.Part;
import dev.tributary.wire.TensorBody;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Several updates at once, as a relay sends them. What should happen: (1) they count as if each had
 * come by itself, (2) once, whoever repeats them, (3) also after the server was closed and started
 * again.
 *
 * <p>What should not: (4) a sum changes anything unless all of its updates are wanted, (5) and,
 * with certificates, all of its clients are the sender's.
 */
@Timeout(60)
class PartialSumTest {
    private static final int EXAMPLES = 100;

    @TempDir private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ParameterLayout layout = CrashServer.model().layout();
    private final List<HandClient> clients = new ArrayList<>();

    @Test
    void sumCountsAsItsUpdatesAndSurvivesTheServer() throws Exception {
        String flat = flat();
        RoundTask task;
        try (FederatedServer server = start("tree")) {
            task = tasks(server);
            UpdateReceipt first = putSum(server, task, EXAMPLES, 0, 1, 2);
            assertThat(first.outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(first.duplicate()).isFalse();
            UpdateReceipt again = putSum(server, task, EXAMPLES, 0, 1, 2);
            assertThat(again.outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(again.duplicate()).isTrue();
            assertThat(update(task, 1).duplicate()).isTrue();
        }
        try (FederatedServer server = start("tree")) {
            assertThat(server.resumed()).isTrue();
            connect(server);
            assertThat(update(task, 2).duplicate()).isTrue();
            assertThat(update(task, 3).outcome()).isEqualTo(Outcome.ACCEPTED);
            RunStatus end = server.awaitEnd();

            assertThat(end.modelSha256()).isEqualTo(flat);
            assertThat(end.history())
                    .filteredOn(round -> round.round() == 1)
                    .singleElement()
                    .satisfies(round -> assertThat(round.accepted()).isEqualTo(4))
                    .satisfies(round -> assertThat(round.rejected()).isZero());
        }
    }

    @Test
    void sumThatIsNotWantedWholeChangesNothing() throws Exception {
        String flat = flat();
        try (FederatedServer server = start("tree")) {
            RoundTask task = tasks(server);
            assertThat(update(task, 0).duplicate()).isFalse();
            assertThat(putSum(server, task, EXAMPLES, 0, 1, 2).code()).isEqualTo(ErrorCode.LATE);
            assertThat(putSum(server, task, EXAMPLES + 1, 1, 2, 3).code())
                    .isEqualTo(ErrorCode.BAD_WEIGHT);
            for (int i = 1; i < 4; i++) {
                assertThat(update(task, i))
                        .returns(Outcome.ACCEPTED, UpdateReceipt::outcome)
                        .returns(false, UpdateReceipt::duplicate);
            }
            assertThat(server.awaitEnd().modelSha256()).isEqualTo(flat);
        }
    }

    @Test
    void sumWithAClientOfAnotherChangesNothing() throws Exception {
        String flat = flat();
        CertificateAuthority authority = CertificateAuthority.create(Clock.systemUTC());
        Credential left = relay(authority, "left");
        Credential right = relay(authority, "right");
        ServerOptions options =
                ServerOptions.builder(directory.resolve("tls"))
                        .credential(issue(authority, Role.SERVER, "server"))
                        .build();
        try (FederatedServer server =
                FederatedServer.start(CrashServer.config(4, 1), options, CrashServer.model())) {
            clients.clear();
            for (int i = 0; i < 4; i++) {
                Credential whose = i < 3 ? left : right;
                clients.add(new HandClient(server.url(), "c" + i, layout, whose));
            }
            RoundTask task = tasks();
            // Its own clients and one more; another's alone; by somebody who is no relay.
            refused(send(as(left), server, task, EXAMPLES, 0, 1, 3), "client c3: expected");
            refused(send(as(right), server, task, EXAMPLES, 0, 1, 2), "client c0: expected");
            Credential agent = authority.issue(new Identity(Role.AGENT, "left"), List.of());
            refused(send(as(agent), server, task, EXAMPLES, 0, 1, 2), "PUT ");

            assertThat(receipt(send(as(left), server, task, EXAMPLES, 0, 1, 2)))
                    .returns(Outcome.ACCEPTED, UpdateReceipt::outcome)
                    .returns(false, UpdateReceipt::duplicate);
            assertThat(update(task, 3).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(server.awaitEnd().modelSha256()).isEqualTo(flat);
        }
    }

    private static void refused(HttpResponse<String> reply, String message) {
        assertThat(reply.statusCode()).isEqualTo(403);
        assertThat(HandClient.error(reply).code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(HandClient.error(reply).message()).startsWith(message);
    }

    private static Credential relay(CertificateAuthority authority, String name) {
        return issue(authority, Role.RELAY, name);
    }

    private static Credential issue(CertificateAuthority authority, Role role, String name) {
        return authority.issue(new Identity(role, name), List.of("127.0.0.1"));
    }

    private static HttpClient as(Credential credential) {
        return HttpClient.newBuilder().sslContext(credential.tls()).build();
    }

    private String flat() throws Exception {
        try (FederatedServer server = start("flat")) {
            RoundTask task = tasks(server);
            for (int i = 0; i < 4; i++) {
                update(task, i);
            }
            return String.valueOf(server.awaitEnd().modelSha256());
        }
    }

    private FederatedServer start(String runs) {
        return FederatedServer.start(
                CrashServer.config(4, 1),
                ServerOptions.local(directory.resolve(runs)),
                CrashServer.model());
    }

    private RoundTask tasks(FederatedServer server) {
        connect(server);
        return tasks();
    }

    private RoundTask tasks() {
        clients.forEach(client -> client.register(EXAMPLES));
        RoundTask last = clients.get(0).task();
        for (HandClient client : clients) {
            last = client.task();
        }
        return last;
    }

    private void connect(FederatedServer server) {
        clients.clear();
        for (int i = 0; i < 4; i++) {
            clients.add(new HandClient(server.url(), "c" + i, layout));
        }
    }

    private UpdateReceipt update(RoundTask task, int client) {
        return clients.get(client).update(task, EXAMPLES, values(client));
    }

    private UpdateReceipt putSum(
            FederatedServer server, RoundTask task, int examples, int... indices) throws Exception {
        return receipt(send(http, server, task, examples, indices));
    }

    private static UpdateReceipt receipt(HttpResponse<String> reply) {
        return Json.read(reply.body(), UpdateReceipt.class);
    }

    private HttpResponse<String> send(
            HttpClient sender, FederatedServer server, RoundTask task, int examples, int... indices)
            throws Exception {
        Path path = directory.resolve("sum");
        String checksum;
        try (FileChannel file = FileChannel.open(path, CREATE, READ, WRITE)) {
            file.truncate(0);
            write(file, task, examples, indices);
            checksum = SumBody.check(file, layout, Weighting.BY_EXAMPLES).checksum();
        }
        HttpRequest request =
                HttpRequest.newBuilder(server.url().resolve(Paths.sums(task.runId(), task.round())))
                        .header(Paths.CHECKSUM_HEADER, checksum)
                        .PUT(BodyPublishers.ofFile(path))
                        .build();
        return sender.send(request, BodyHandlers.ofString());
    }

    private void write(FileChannel file, RoundTask task, int examples, int... indices)
            throws Exception {
        NativeStack.engine();
        List<Part> parts = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                ExactWeightedMean sum = new ExactWeightedMean(manager, layout)) {
            for (int i : indices) {
                float[] repeated = new float[(int) layout.size()];
                HandClient.vector(layout, values(i)).asFloatBuffer().get(repeated);
                sum.accumulate(HostVector.of(repeated), 1, examples);
                TensorBody body = clients.get(i).body(task, EXAMPLES, values(i));
                parts.add(new Part("c" + i, examples, 0.5, 1, body.checksum(), body.bytes()));
            }
            SumBody.write(
                    file,
                    new SumMetadata(task.runId(), task.round(), task.modelVersion(), parts),
                    sum);
        }
    }

    private static float[] values(int client) {
        float value = (float) Math.sin(1 + client);
        return new float[] {value, value / 3, -value * 7e-5f};
    }
}
