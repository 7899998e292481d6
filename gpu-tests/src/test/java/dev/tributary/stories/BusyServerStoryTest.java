package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.config.RunConfig;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.ServerOptions;
import dev.tributary.testkit.Await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;

/** A server with one place for updates that wait, whose database writes nothing for a while. */
@Timeout(120)
class BusyServerStoryTest {
    private static final int CLIENTS = 4;

    @TempDir private Path runs;

    @Test
    void agentsThatFindNoPlaceComeAgainAndEveryUpdateCounts() throws Exception {
        RunConfig config = SmallFederation.run(CLIENTS, 2).build();
        ServerOptions options = ServerOptions.builder(runs).maximumWaiting(1).build();
        try (SmallFederation federation = new SmallFederation(config, options);
                Connection database =
                        DriverManager.getConnection("jdbc:h2:async:" + runs.resolve("tributary"));
                Statement statement = database.createStatement()) {
            statement.execute("SET EXCLUSIVE 1");
            for (int i = 0; i < CLIENTS; i++) {
                federation.agent(i);
            }
            Await.until(() -> busy(federation).size() >= CLIENTS - 1);
            statement.execute("SET EXCLUSIVE 0");

            RunStatus end = federation.server().awaitEnd();
            assertThat(end.state()).isEqualTo(RunStatus.State.FINISHED);
            assertThat(end.history().subList(1, 3))
                    .extracting(RoundMetrics::accepted)
                    .containsExactly(CLIENTS, CLIENTS);
            assertThat(federation.lines())
                    .filteredOn(line -> line.contains("answers again"))
                    .hasSizeGreaterThanOrEqualTo(CLIENTS - 1);
        }
    }

    /** Who was asked to come later. */
    private static List<String> busy(SmallFederation federation) {
        return federation.lines().stream()
                .filter(line -> line.contains("too many updates wait"))
                .map(line -> line.substring(0, line.indexOf(':')))
                .distinct()
                .toList();
    }
}
