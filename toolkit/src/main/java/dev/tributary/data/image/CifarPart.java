package dev.tributary.data.image;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;
import dev.tributary.data.Lazy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Records of one or two label bytes and an image of 3 x 32 x 32, in files that are read whole on
 * first use.
 */
final class CifarPart implements ImagePart {
    static final int SIDE = 32;
    private static final int PIXELS = 3 * SIDE * SIDE;

    private final Form form;
    private final Lazy<List<byte[]>> files;

    /**
     * How a record is laid out.
     *
     * @param labelBytes how many label bytes come before the image
     * @param labelByte which of them is the class
     * @param classes how many classes there are
     */
    record Form(int labelBytes, int labelByte, int classes) {
        int recordBytes() {
            return labelBytes + PIXELS;
        }

        int records(byte[] file) {
            return file.length / recordBytes();
        }

        int label(byte[] file, int record) {
            return Byte.toUnsignedInt(file[record * recordBytes() + labelByte]);
        }
    }

    private record Place(byte[] file, int recordIndex) {}

    CifarPart(Form form, List<Path> paths) {
        this.form = form;
        this.files = new Lazy<>(() -> paths.stream().map(path -> read(form, path)).toList());
    }

    @Override
    public int exampleCount() {
        return files.get().stream().mapToInt(form::records).sum();
    }

    @Override
    public int label(int index) {
        Place place = place(index);
        return form.label(place.file, place.recordIndex);
    }

    @Override
    public void pixels(int index, byte[] target) {
        Place place = place(index);
        int from = place.recordIndex * form.recordBytes() + form.labelBytes;
        System.arraycopy(place.file, from, target, 0, PIXELS);
    }

    private Place place(int index) {
        int left = index;
        for (byte[] file : files.get()) {
            if (left < form.records(file)) {
                return new Place(file, left);
            }
            left -= form.records(file);
        }
        throw new IndexOutOfBoundsException("no image " + index);
    }

    private static byte[] read(Form form, Path path) {
        DataFile file = DataFile.of(path);
        byte[] bytes = readWhole(file);
        if (bytes.length == 0 || bytes.length % form.recordBytes() != 0) {
            throw new DataException(
                    "%s: expected records of %,d bytes, found %,d bytes: %,d and a part of %,d"
                            .formatted(
                                    path,
                                    form.recordBytes(),
                                    bytes.length,
                                    form.records(bytes),
                                    bytes.length % form.recordBytes()));
        }
        for (int i = 0; i < form.records(bytes); i++) {
            if (form.label(bytes, i) >= form.classes) {
                throw new DataException(
                        "%s, image %d: expected a class from 0 to %d, found %d"
                                .formatted(path, i, form.classes - 1, form.label(bytes, i)));
            }
        }
        return bytes;
    }

    private static byte[] readWhole(DataFile file) {
        try (InputStream in = file.open()) {
            return in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, file.maxContentBytes() + 1));
        } catch (IOException e) {
            throw DataFile.unreadable(file.path(), e);
        }
    }
}
