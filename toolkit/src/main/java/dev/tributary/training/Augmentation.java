package dev.tributary.training;

/**
 * How images are changed at random each time that they are trained on, never when they are
 * evaluated: the crop and the flip of He et al., "Deep Residual Learning for Image Recognition"
 * (2016), section 4.2.
 *
 * <p>The draws are keyed by seed, round and client, so a client trains on the same images again if
 * a round is repeated. What lies outside of an image is 0, which is the mean where data is
 * standardized.
 *
 * @param cropPadding by how many pixels an image may be shifted in each direction, at least 0; it
 *     keeps its size
 * @param flip whether every other image, on average, is turned left to right
 */
public record Augmentation(int cropPadding, boolean flip) {
    /** Images as they are. */
    public static final Augmentation NONE = new Augmentation(0, false);

    /** Checks the range. */
    public Augmentation {
        Ranges.atLeast("crop padding", 0, cropPadding);
    }

    /** Whether anything is changed. */
    public boolean active() {
        return cropPadding > 0 || flip;
    }
}
