package dev.tributary.data.image;

import dev.tributary.data.DataException;
import dev.tributary.data.Lazy;

import java.nio.file.Path;
import java.util.Arrays;

/** A file of images and the file of their labels; labels are read at once, images on first use. */
final class MnistPart implements ImagePart {
    static final int SIDE = 28;
    static final int CLASSES = 10;

    private final byte[] labels;
    private final Lazy<byte[]> images;

    MnistPart(Path imageFile, Path labelFile) {
        this.labels = readLabels(labelFile);
        this.images = new Lazy<>(() -> readImages(imageFile, labelFile));
    }

    @Override
    public int exampleCount() {
        return labels.length;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public void pixels(int index, byte[] target) {
        System.arraycopy(images.get(), index * target.length, target, 0, target.length);
    }

    private static byte[] readLabels(Path file) {
        byte[] labels = IdxReader.read(file, 1).values();
        for (int i = 0; i < labels.length; i++) {
            if (Byte.toUnsignedInt(labels[i]) >= CLASSES) {
                throw new DataException(
                        "%s: label of example %d: expected 0 to 9, found %d"
                                .formatted(file, i, Byte.toUnsignedInt(labels[i])));
            }
        }
        return labels;
    }

    private byte[] readImages(Path imageFile, Path labelFile) {
        IdxArray array = IdxReader.read(imageFile, 3);
        int[] expected = {labels.length, SIDE, SIDE};
        if (!Arrays.equals(array.shape(), expected)) {
            throw new DataException(
                    "%s: expected images %s, one for each label in %s, found %s"
                            .formatted(
                                    imageFile,
                                    Arrays.toString(expected),
                                    labelFile.getFileName(),
                                    Arrays.toString(array.shape())));
        }
        return array.values();
    }
}
