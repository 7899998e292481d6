package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.config.CohortConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.config.StrategyConfig;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.training.UpdateForm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * FedBuff, FedAsync and cyclic runs over HTTP. What should happen: (1) the model is the one worked
 * out by hand, with an update that is stale; (2) a server that is closed and started again in the
 * middle of a buffer, with a client at work on an old version, gives the same model; (3) what was
 * accepted counts once; (4) with FedAsync the model is the one worked out by hand, too, from models
 * that clients upload; (5) a cyclic run hands the model on, and passes over a client that has died
 * with it.
 */
@Timeout(60)
class AsynchronousRunTest {
    private static final int EXAMPLES = 100;

    private static final RunConfig CONFIG =
            CrashServer.config(3, 3).toBuilder()
                    .cohort(CohortConfig.of(3).withMinimum(1))
                    .strategy(new StrategyConfig("fedbuff", 1, Map.of("buffer", "2")))
                    .build();

    private static final RunConfig MIXED =
            CONFIG.toBuilder()
                    .strategy(new StrategyConfig("fedasync", 1, Map.of("alpha", "0.5")))
                    .build();

    private static final RunConfig CYCLIC =
            CONFIG.toBuilder()
                    .cohort(CohortConfig.of(1).withWaitFor(3).withDeadline(Duration.ofSeconds(3)))
                    .strategy(new StrategyConfig("cyclic", 1, Map.of()))
                    .build();

    @TempDir private Path directory;

    /** A server, and three clients that know it. */
    private record Site(FederatedServer server, HandClient a, HandClient b, HandClient c) {
        void register() {
            List.of(a, b, c).forEach(client -> client.register(EXAMPLES));
        }
    }

    @Test
    void modelIsTheOneWorkedOutByHandAlsoAfterARestart() throws Exception {
        String undisturbed = run("calm", false);
        assertThat(run("restarted", true)).isEqualTo(undisturbed);
    }

    @Test
    void mixedModelIsTheOneWorkedOutByHandAlsoAfterARestart() throws Exception {
        String undisturbed = mix("mixed", false);
        assertThat(mix("mixed-restarted", true)).isEqualTo(undisturbed);
    }

    /** {@code w = (1 - αs) w + αs w_k} with {@code α = 0.5}. */
    private String mix(String name, boolean restart) throws Exception {
        RoundTask slow;
        try (FederatedServer server = start(name, MIXED)) {
            Site site = site(server);
            site.register();
            slow = site.c.task();
            RoundTask first = site.a.task();
            assertThat(first.plan().updateForm()).isEqualTo(UpdateForm.WEIGHTS);
            assertAccepted(site.a.update(first, EXAMPLES, 1));
            assertThat(element(site.a, site.a.task())).isEqualTo(0.5f);
            if (!restart) {
                return finishMixing(site, slow);
            }
        }
        try (FederatedServer server = start(name, MIXED)) {
            assertThat(server.resumed()).isTrue();
            Site site = site(server);
            site.register();
            return finishMixing(site, slow);
        }
    }

    private static String finishMixing(Site site, RoundTask slow) throws Exception {
        // Received before the model moved: worth 1 / sqrt(2).
        assertAccepted(site.c.update(slow, EXAMPLES, 4));
        RoundTask third = site.c.task();
        double part = 0.5 / Math.sqrt(2);
        double mixed = (1 - part) * 0.5 + part * 4;
        assertThat(third.modelVersion()).isEqualTo(2);
        assertThat(element(site.c, third)).isCloseTo((float) mixed, within(1e-6f));
        assertAccepted(site.c.update(third, EXAMPLES, 0.25f));
        RunStatus end = site.server.awaitEnd();
        assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(end.history().stream().map(round -> round.accepted())).containsExactly(1, 1, 1);
        return String.valueOf(end.modelSha256());
    }

    @Test
    void modelIsHandedOnAndAClientThatDiesWithItIsPassedOver() throws Exception {
        try (FederatedServer server = start("cyclic", CYCLIC)) {
            Site site = site(server);
            site.register();
            assertAccepted(site.a.update(site.a.task(), EXAMPLES, 1));
            RoundTask lost = site.b.task();
            assertThat(lost.modelVersion()).isEqualTo(1);
            RoundTask passedOn = site.c.task();
            assertThat(passedOn.round()).isEqualTo(2);
            assertThat(element(site.c, passedOn)).isEqualTo(1);
            assertAccepted(site.c.update(passedOn, EXAMPLES, 2));
            assertThat(site.b.update(lost, EXAMPLES, 100).outcome()).isEqualTo(Outcome.DISCARDED);
            RoundTask third = site.a.task();
            assertThat(element(site.a, third)).isEqualTo(3);
            assertAccepted(site.a.update(third, EXAMPLES, 0.5f));
            RunStatus end = server.awaitEnd();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(end.history().stream().map(round -> round.cohort()))
                    .containsExactly(1, 2, 1);
            assertThat(end.events())
                    .anySatisfy(
                            event ->
                                    assertThat(event.message())
                                            .contains("client b is passed over", "c has the turn"));
        }
    }

    private String run(String name, boolean restart) throws Exception {
        RoundTask slow;
        RoundTask second;
        try (FederatedServer server = start(name)) {
            Site site = site(server);
            site.register();
            slow = site.c.task();
            assertAccepted(site.a.update(site.a.task(), EXAMPLES, 1));
            assertAccepted(site.b.update(site.b.task(), EXAMPLES, 2));
            second = site.a.task();
            assertThat(second.modelVersion()).isEqualTo(1);
            assertThat(element(site.a, second)).isEqualTo(1.5f);
            assertAccepted(site.a.update(second, EXAMPLES, 1));
            if (!restart) {
                return finish(site, slow);
            }
        }
        try (FederatedServer server = start(name)) {
            assertThat(server.resumed()).isTrue();
            Site site = site(server);
            site.register();
            assertThat(site.a.update(second, EXAMPLES, 1).duplicate()).isTrue();
            return finish(site, slow);
        }
    }

    private static String finish(Site site, RoundTask slow) throws Exception {
        // Received before the model moved: worth 1 / sqrt(2).
        assertAccepted(site.c.update(slow, EXAMPLES, 4));
        assertThat(site.c.update(slow, EXAMPLES, 4).duplicate()).isTrue();
        RoundTask third = site.c.task();
        assertThat(third.modelVersion()).isEqualTo(2);
        float moved = (float) (1.5 + (1 + 4 / Math.sqrt(2)) / 2);
        assertThat(element(site.c, third)).isCloseTo(moved, within(1e-6f));

        assertAccepted(site.c.update(third, EXAMPLES, 0.5f));
        assertAccepted(site.a.update(site.a.task(), EXAMPLES, 0.25f));
        RunStatus end = site.server.awaitEnd();
        assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
        assertThat(end.history().stream().map(round -> round.accepted())).containsExactly(2, 2, 2);
        return String.valueOf(end.modelSha256());
    }

    private FederatedServer start(String name) {
        return start(name, CONFIG);
    }

    private FederatedServer start(String name, RunConfig config) {
        return FederatedServer.start(
                config, ServerOptions.local(directory.resolve(name)), CrashServer.model());
    }

    private static Site site(FederatedServer server) {
        ParameterLayout layout = CrashServer.model().layout();
        return new Site(
                server,
                new HandClient(server.url(), "a", layout),
                new HandClient(server.url(), "b", layout),
                new HandClient(server.url(), "c", layout));
    }

    private static float element(HandClient client, RoundTask task) {
        byte[] body = client.model(task).body();
        return ByteBuffer.wrap(body)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getFloat(body.length - Float.BYTES);
    }

    private static void assertAccepted(UpdateReceipt receipt) {
        assertThat(receipt.outcome()).as(receipt.message()).isEqualTo(Outcome.ACCEPTED);
        assertThat(receipt.duplicate()).isFalse();
    }
}
