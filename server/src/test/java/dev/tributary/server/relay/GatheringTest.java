package dev.tributary.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.relay.Gathering.Held;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** Which updates go up together. */
@Timeout(20)
class GatheringTest {
    @TempDir private Path directory;

    private final BlockingQueue<List<String>> sent = new LinkedBlockingQueue<>();

    @Test
    void allThatWereAskedGoTogether() throws Exception {
        Gathering gathering = asked(Duration.ofSeconds(30), "a", "b", "c");
        List.of("a", "b", "c").forEach(gathering::begun);
        add(gathering, "b");
        add(gathering, "a");
        assertThat(sent).isEmpty();
        add(gathering, "c");

        assertThat(sent).containsExactly(List.of("b", "a", "c"));
    }

    @Test
    void clientThatIsGoneIsNotWaitedFor() throws Exception {
        Gathering gathering = asked(Duration.ofSeconds(30), "a", "b");
        gathering.begun("b");
        add(gathering, "a");
        assertThat(sent).isEmpty();
        gathering.gone("b");

        assertThat(sent).containsExactly(List.of("a"));
    }

    @Test
    void slowClientIsNotWaitedForLongerThanTheHold() throws Exception {
        Gathering gathering = asked(Duration.ofMillis(200), "a", "b");
        gathering.begun("b");
        add(gathering, "a");

        assertThat(sent.take()).containsExactly("a");
    }

    @Test
    void clientsThatHaveNotBegunAreHardlyWaitedFor() throws Exception {
        // A twentieth: the hold itself is longer than the test may last.
        Gathering gathering = asked(Duration.ofSeconds(30), "a", "b");
        add(gathering, "a");

        assertThat(sent.take()).containsExactly("a");
    }

    @Test
    void sameClientIsNotTwiceInASum() throws Exception {
        Gathering gathering = asked(Duration.ofSeconds(30), "a", "b");
        gathering.begun("b");
        add(gathering, "a");
        add(gathering, "a");
        add(gathering, "b");

        assertThat(sent).containsExactly(List.of("a"), List.of("a", "b"));
    }

    private Gathering asked(Duration hold, String... clients) {
        Gathering gathering =
                new Gathering(
                        hold,
                        (round, held) -> sent.add(held.stream().map(Held::clientId).toList()));
        for (String client : clients) {
            gathering.asked(1, client);
        }
        return gathering;
    }

    private void add(Gathering gathering, String client) throws IOException {
        CompletableFuture<UpdateReceipt> unused = gathering.add(update(client));
    }

    private SpooledUpdate update(String client) throws IOException {
        Spool spool = new Spool(directory);
        UpdateMetadata metadata = new UpdateMetadata("run", 1, client, 0, 10, 0.5);
        Content content = new Content("00000000", 4);
        return new SpooledUpdate(metadata, 4, 1, 0, "00000000", spool.open(1, client, content));
    }
}
