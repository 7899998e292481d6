package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.data.NumberStatistics;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.table.StatisticsFile;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.http.StatisticsDesk;
import dev.tributary.server.round.RefusedException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What should happen: sites are added whatever their order; a server that was killed asks nobody
 * twice; a site that tells twice counts once; a late one gets the sum. What should not: a site with
 * other columns, or nonsense, changes anything.
 */
class GatheredStatisticsTest {
    private static final TableStatistics ROME = site(3, "Rome", 1, 2, 4);
    private static final TableStatistics OSLO = site(1, "Oslo", 8);

    private final Path directory;
    private final List<String> notes = new CopyOnWriteArrayList<>();

    GatheredStatisticsTest(@TempDir Path directory) {
        this.directory = directory.resolve("statistics");
    }

    @Test
    void sumIsThereWhenAllHaveToldAndStands() throws IOException {
        try (GatheredStatistics gathering = open(2)) {
            assertThat(put(gathering, "a", ROME)).isTrue();
            assertThat(put(gathering, "a", ROME)).isTrue();
            assertThat(gathering.sum().join()).isEmpty();
            assertThat(put(gathering, "b", OSLO)).isTrue();
            assertThat(gathering.await()).isEqualTo(ROME.plus(OSLO));
            assertThat(put(gathering, "c", ROME)).isFalse();
            assertThat(notes)
                    .containsExactly(
                            "a has told of its table: 1 of 2 have",
                            "a has told of its table: 1 of 2 have",
                            "b has told of its table: 2 of 2 have");
            assertThat(sum(gathering)).contains(ROME.plus(OSLO));
        }
    }

    @Test
    void whatWasToldSurvivesTheServer() throws IOException {
        try (GatheredStatistics gathering = open(2)) {
            put(gathering, "b", OSLO);
        }
        try (GatheredStatistics gathering = open(2)) {
            assertThat(gathering.sum().join()).isEmpty();
            put(gathering, "a", ROME);
        }
        try (GatheredStatistics gathering = open(2)) {
            assertThat(sum(gathering)).contains(OSLO.plus(ROME));
        }
        GatheredStatistics.forget(directory);
        try (GatheredStatistics gathering = open(2)) {
            assertThat(gathering.sum().join()).isEmpty();
        }
    }

    @Test
    void whatDoesNotFitIsRefusedAndChangesNothing() throws IOException {
        try (GatheredStatistics gathering = open(2)) {
            put(gathering, "a", ROME);
            TableStatistics other = new TableStatistics(1, Map.of(), Map.of("town", List.of()));
            assertRefused(
                    gathering.put("b", StatisticsFile.text(other)),
                    "this site's table has numbers [], categories [town]; the run's first site told"
                            + " numbers [age], categories [city]: mend this table or its"
                            + " --data-option, or, if the first was wrong, start the server with"
                            + " --new");
            assertThat(put(gathering, "a", other)).as("the first mends its own").isTrue();
            put(gathering, "a", ROME);
            assertRefused(gathering.put("b", "rows,-5"), "expected a line \"rows\", found none");
            assertRefused(gathering.put("b", "pay,me"), "line 1: expected rows, number");
            put(gathering, "b", OSLO);
            assertThat(gathering.await()).isEqualTo(ROME.plus(OSLO));
        }
    }

    @Test
    void siteThatCannotBeAddedStopsNobody() throws IOException {
        String most = "rows,9223372036854775807";
        TableStatistics good = new TableStatistics(3, Map.of(), Map.of());
        try (GatheredStatistics gathering = open(2)) {
            assertRefused(gathering.put("a", most), "expected at most 4611686018427387903 rows");
            assertRefused(gathering.put("b", most), "expected at most 4611686018427387903 rows");
            String buckets = "3:9223372036854775807,4:9223372036854775807";
            assertRefused(
                    gathering.put("a", most + "\nnumber,age,1,1,1,1,1," + buckets),
                    "quantile sketch: expected at most");
            assertThat(put(gathering, "a", good)).isTrue();
        }
        try (GatheredStatistics gathering = open(2)) {
            assertRefused(gathering.put("b", most), "statistics of b: expected at most");
            assertThat(put(gathering, "b", good)).isTrue();
            assertThat(sum(gathering)).contains(good.plus(good));
        }
    }

    @Test
    void sumThatGetsTooLongIsRefusedBeforeItIsKept() throws IOException {
        String half = "x".repeat(StatisticsFile.MAX_BYTES / 2);
        try (GatheredStatistics gathering = open(2)) {
            put(gathering, "a", site(1, "a" + half, 1));
            String tooMuch = StatisticsFile.text(site(1, "b" + half, 1));
            assertRefused(gathering.put("b", tooMuch), "expected at most 16,777,216 bytes");
            put(gathering, "b", OSLO);
            assertThat(gathering.await().rowCount()).isEqualTo(2);
        }
    }

    @Test
    void requestThatTimedOutIsForgotten() throws IOException {
        try (GatheredStatistics gathering = open(1)) {
            for (int i = 0; i < 3; i++) {
                assertThat(gathering.sum().join()).isEmpty();
            }
            assertThat(gathering.waiting()).isZero();
        }
        try (GatheredStatistics gathering =
                GatheredStatistics.open(directory, 1, Duration.ofHours(1), notes::add)) {
            CompletableFuture<Optional<String>> first = gathering.sum();
            CompletableFuture<Optional<String>> second = gathering.sum();
            assertThat(gathering.waiting()).isEqualTo(2);
            put(gathering, "a", ROME);
            assertThat(first.join().orElseThrow()).isSameAs(second.join().orElseThrow());
            assertThat(gathering.waiting()).isZero();
        }
    }

    @Test
    void requestsThatWaitAreToldWhenTheServerStops() throws IOException {
        CompletableFuture<Optional<String>> waiting;
        try (GatheredStatistics gathering =
                GatheredStatistics.open(directory, 1, Duration.ofHours(1), notes::add)) {
            waiting = gathering.sum();
        }
        assertRefused(waiting, "the server is stopping");
        assertRefused(StatisticsDesk.NONE.sum(), "expected a server whose run file says");
    }

    private GatheredStatistics open(int sites) throws IOException {
        return GatheredStatistics.open(directory, sites, Duration.ofMillis(1), notes::add);
    }

    private static boolean put(
            GatheredStatistics gathering, String client, TableStatistics statistics) {
        return gathering.put(client, StatisticsFile.text(statistics)).join();
    }

    private static Optional<TableStatistics> sum(GatheredStatistics gathering) {
        return gathering.sum().join().map(text -> StatisticsFile.parse("sum", text));
    }

    private static void assertRefused(CompletableFuture<?> answer, String message) {
        assertThatThrownBy(answer::join)
                .hasCauseInstanceOf(RefusedException.class)
                .cause()
                .hasMessageContaining(message)
                .extracting(failure -> ((RefusedException) failure).code())
                .isIn(ErrorCode.BAD_REQUEST, ErrorCode.STOPPING, ErrorCode.NOT_FOUND);
    }

    private static TableStatistics site(int rows, String city, double... ages) {
        return new TableStatistics(
                rows, Map.of("age", NumberStatistics.of(ages)), Map.of("city", List.of(city)));
    }
}
