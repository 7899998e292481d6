package dev.tributary.data.image;

/** Images of one shape and their classes: the training or the test part. Thread-safe. */
interface ImagePart {

    int exampleCount();

    /** The class of an image, from 0. */
    int label(int index);

    /** Whether a pixel takes work: then several threads read images side by side. */
    default boolean decodes() {
        return false;
    }

    /**
     * Copies an image's pixels, one byte each, to be read as unsigned: all rows of the first
     * channel, then of the next.
     */
    void pixels(int index, byte[] target);
}
