package dev.tributary.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicLong;

final class WatchersTest {
    private final AtomicLong clock = new AtomicLong(-5);
    private final Watchers watchers = new Watchers(clock::get);

    @Test
    void nobodyIsThereBeforeSomebodyAsks() {
        assertThat(watchers.present()).isFalse();
    }

    @Test
    void whoAskedMayAskAgainForAWhile() {
        watchers.seen();
        clock.addAndGet(Watchers.PAUSE.toNanos() - 1);
        assertThat(watchers.present()).isTrue();
        clock.addAndGet(1);
        assertThat(watchers.present()).isFalse();
    }
}
