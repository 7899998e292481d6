package dev.tributary.random;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.random.RandomStreams.Purpose;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

class RandomStreamsTest {

    @Test
    void theSameKeyGivesTheSameDraws() {
        SplittableRandom first = new RandomStreams(5).stream(Purpose.SHUFFLE, 3, "c1");
        SplittableRandom second = new RandomStreams(5).stream(Purpose.SHUFFLE, 3, "c1");
        assertThat(first.longs(100).toArray()).containsExactly(second.longs(100).toArray());
    }

    @Test
    void keysStayTheSameOverReleases() {
        // A run that is resumed by a newer version must draw what it would have drawn.
        assertThat(new RandomStreams(1).key(Purpose.SHUFFLE, 2, "c3"))
                .isEqualTo(-6774839108778842541L);
    }

    @Test
    void everyPartOfTheKeyMatters() {
        Set<Long> keys = new HashSet<>();
        int count = 0;
        for (long seed : new long[] {0, 1, -1, Long.MAX_VALUE}) {
            for (Purpose purpose : Purpose.values()) {
                for (long round = 0; round < 20; round++) {
                    for (String client : List.of("", "a", "b", "ab", "ba", "c1", "c11")) {
                        keys.add(new RandomStreams(seed).key(purpose, round, client));
                        count++;
                    }
                }
            }
        }
        assertThat(keys).hasSize(count);
    }

    @Test
    void neighboringStreamsAreUnrelated() {
        // Of 64 bits, two unrelated words differ in 32 on average, with a deviation of 4.
        double differing = 0;
        for (int round = 1; round <= 1000; round++) {
            long here = new RandomStreams(9).stream(Purpose.SAMPLING, round).nextLong();
            long next = new RandomStreams(9).stream(Purpose.SAMPLING, round + 1).nextLong();
            differing += Long.bitCount(here ^ next) / 1000.0;
        }
        assertThat(differing).isBetween(31.0, 33.0);
    }
}
