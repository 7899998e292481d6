package dev.tributary.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.data.LocalDataset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

@Timeout(60)
final class ImageSourceTest {
    private static final long[] PIXEL = {1, 1, 1};

    /** Two images are decoded at a time, or none ever is. */
    private static final class InPairs implements ImagePart {
        private final CyclicBarrier pair = new CyclicBarrier(2);

        @Override
        public int exampleCount() {
            return 2;
        }

        @Override
        public int label(int index) {
            return index;
        }

        @Override
        public boolean decodes() {
            return true;
        }

        @Override
        public void pixels(int index, byte[] target) {
            try {
                pair.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new AssertionError("one image after the other", e);
            }
            target[0] = (byte) (255 * index);
        }
    }

    @Test
    void imagesAreDecodedSideBySideAndKeepTheirOrder() {
        InPairs part = new InPairs();
        Shades shades = Shades.standardized(new double[] {0}, new double[] {1});
        ImageSource source = new ImageSource(PIXEL, 2, shades, part, () -> part);
        LocalDataset backwards = source.train(new int[] {1, 0});
        assertThat(backwards.features()).containsExactly(1, 0);
        assertThat(backwards.labels()).containsExactly(1, 0);
    }
}
