package dev.tributary.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.agent.Retry.TryLaterException;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

class RetryTest {
    private static final RetryPolicy MINUTE =
            new RetryPolicy(Duration.ofMinutes(1), Duration.ofMillis(200), Duration.ofSeconds(10));

    private final ManualTiming timing = new ManualTiming();
    private final List<String> notes = new ArrayList<>();
    private final Retry retry =
            new Retry("http://host:1", MINUTE, timing, RetryPolicy.jitter("c1"), notes::add);

    @Test
    void boundsOfDelaysDoubleUpToTheLongestAndDelaysSpreadBelowThem() {
        assertThat(MINUTE.delay(1, () -> 1)).isEqualTo(Duration.ofMillis(200));
        assertThat(MINUTE.delay(1, () -> 0)).isEqualTo(Duration.ZERO);
        assertThat(MINUTE.delay(3, () -> 1)).isEqualTo(Duration.ofMillis(800));
        assertThat(MINUTE.delay(7, () -> 1)).isEqualTo(Duration.ofSeconds(10));
        assertThat(MINUTE.delay(Integer.MAX_VALUE, () -> 0.5)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void lossAndReturnOfTheServerAreToldOnce() {
        int[] attempts = {0};
        String answer =
                retry.call(
                        () -> {
                            if (++attempts[0] < 5) {
                                throw new ConnectException("Connection refused");
                            }
                            return "answer";
                        });

        assertThat(answer).isEqualTo("answer");
        assertThat(timing.pauses()).hasSize(4);
        assertThat(notes)
                .containsExactly(
                        "server http://host:1: Connection refused; trying again for 1m 00s",
                        "server http://host:1 answers again");
    }

    @Test
    void givingUpTellsServerAttemptsTimeAndLastFailure() {
        assertThatThrownBy(
                        () ->
                                retry.call(
                                        () -> {
                                            throw new ConnectException("Connection refused");
                                        }))
                .isInstanceOf(ServerUnreachableException.class)
                .hasMessageMatching(
                        "server http://host:1: gave up after \\d+ attempts in \\d.*;"
                                + " the last one: Connection refused");
        assertThat(Duration.ofNanos(timing.nanos())).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void serverThatSaysWhenIsNotAskedEarlier() {
        int[] attempts = {0};
        retry.call(
                () -> {
                    if (++attempts[0] == 1) {
                        throw new TryLaterException("BUSY", Duration.ofSeconds(7));
                    }
                    return "";
                });
        assertThat(timing.pauses()).hasSize(1);
        assertThat(timing.pauses().get(0)).isGreaterThan(Duration.ofSeconds(7));
    }

    @Test
    void serverWithoutRoomIsAskedAsLongAsItSaysSo() {
        int[] attempts = {0};
        String result =
                retry.call(
                        () -> {
                            if (++attempts[0] <= 200) {
                                throw new TryLaterException(
                                        "STORAGE_FULL", Duration.ofSeconds(1), true);
                            }
                            return "stored";
                        });
        assertThat(result).isEqualTo("stored");
        assertThat(Duration.ofNanos(timing.nanos())).isGreaterThan(Duration.ofMinutes(5));
        // Never both early and in step with others: a second each, and what chance adds.
        assertThat(timing.pauses()).allMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) >= 0);
        assertThat(timing.pauses().stream().distinct().count()).isGreaterThan(100);
    }

    @Test
    void whatSpeaksNoHttpIsNotAskedAgain() {
        assertThatThrownBy(
                        () ->
                                retry.call(
                                        () -> {
                                            throw new ProtocolException("expected HTTP/1.1");
                                        }))
                .isInstanceOf(AgentException.class)
                .hasMessage("http://host:1 is no Tributary server: expected HTTP/1.1");
        assertThat(timing.pauses()).isEmpty();
    }

    @Test
    void serverThatHasAnsweredBeforeIsAskedAgainWhateverArrives() {
        retry.call(() -> "first");
        int[] attempts = {0};
        retry.call(
                () -> {
                    if (++attempts[0] == 1) {
                        throw new ProtocolException("expected HTTP/1.1");
                    }
                    return "second";
                });
        assertThat(attempts[0]).isEqualTo(2);
    }

    @Test
    void progressRenewsPatience() {
        int[] attempts = {0};
        retry.call(
                () -> {
                    retry.progressed();
                    timing.pass(Duration.ofSeconds(50));
                    if (++attempts[0] < 20) {
                        throw new IOException("broken");
                    }
                    return "";
                });
        assertThat(attempts[0]).isEqualTo(20);
    }

    @Test
    void delaysReplayForAClientAndDifferFromOthers() {
        DoubleSupplier mine = RetryPolicy.jitter("c1");
        DoubleSupplier again = RetryPolicy.jitter("c1");
        DoubleSupplier others = RetryPolicy.jitter("c2");
        for (int i = 1; i < 9; i++) {
            Duration delay = MINUTE.delay(i, mine);
            assertThat(delay).isEqualTo(MINUTE.delay(i, again));
            assertThat(delay).isNotEqualTo(MINUTE.delay(i, others));
        }
    }

    @Test
    void interruptionStops() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(
                        () ->
                                retry.call(
                                        () -> {
                                            throw new IOException("broken");
                                        }))
                .isInstanceOf(AgentStoppedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
