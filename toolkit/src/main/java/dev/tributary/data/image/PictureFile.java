package dev.tributary.data.image;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;

import org.jspecify.annotations.Nullable;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads a PNG or JPEG file, told by its content, as bytes of one or three channels.
 *
 * <p>Its size is looked at before it is decoded, so that a small file cannot claim all memory.
 */
final class PictureFile {
    private static final Set<String> FORMATS = Set.of("png", "jpeg");
    private static final long MAX_BYTES = 256L << 20;
    private static final long MAX_PIXELS = 64L << 20;

    private PictureFile() {}

    /**
     * An image as it is in the file.
     *
     * @param channels 1 for gray, 3 for red, green and blue
     * @throws DataException if it cannot be read
     */
    static PixelGrid read(Path path, int channels) {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new DataException(
                        "%s: expected an image of at most %,d bytes, found %,d"
                                .formatted(path, MAX_BYTES, Files.size(path)));
            }
            BufferedImage image = decode(path, Files.readAllBytes(path));
            return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
                    ? gray(image, channels)
                    : color(image, channels);
        } catch (IOException e) {
            throw DataFile.unreadable(path, e);
        } catch (RuntimeException e) {
            // Decoders meet broken files with whatever they stumble over.
            throw e instanceof DataException ? e : DataFile.unreadable(path, e);
        }
    }

    private static BufferedImage decode(Path path, byte[] content) throws IOException {
        try (MemoryCacheImageInputStream in =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            ImageReader reader = reader(in);
            if (reader == null) {
                throw new DataException(
                        "%s: expected a PNG or JPEG image, found another %,d bytes"
                                .formatted(path, content.length));
            }
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MAX_PIXELS) {
                    throw new DataException(
                            "%s: expected at most %,d pixels, found %d x %d"
                                    .formatted(
                                            path,
                                            MAX_PIXELS,
                                            reader.getWidth(0),
                                            reader.getHeight(0)));
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        }
    }

    /** Null where neither format is found: ImageIO and its plug-ins know others. */
    private static @Nullable ImageReader reader(ImageInputStream in) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                return reader;
            }
            reader.dispose();
        }
        return null;
    }

    /** The stored values: Java's conversion of gray to RGB would brighten them. */
    private static PixelGrid gray(BufferedImage image, int channels) {
        Raster raster = image.getRaster();
        int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - Byte.SIZE);
        int largest = (1 << Math.min(Byte.SIZE, raster.getSampleModel().getSampleSize(0))) - 1;
        PixelGrid grid = new PixelGrid(channels, image.getHeight(), image.getWidth());
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int value = (raster.getSample(x, y, 0) >> shift) * 255 / largest;
                for (int channel = 0; channel < channels; channel++) {
                    grid.set(channel, y, x, value);
                }
            }
        }
        return grid;
    }

    private static PixelGrid color(BufferedImage image, int channels) {
        PixelGrid grid = new PixelGrid(channels, image.getHeight(), image.getWidth());
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                int red = rgb >> 16 & 0xff;
                int green = rgb >> 8 & 0xff;
                int blue = rgb & 0xff;
                if (channels == 1) {
                    // Luma as in ITU-R BT.601, in whole numbers.
                    grid.set(0, y, x, (299 * red + 587 * green + 114 * blue + 500) / 1000);
                } else {
                    grid.set(0, y, x, red);
                    grid.set(1, y, x, green);
                    grid.set(2, y, x, blue);
                }
            }
        }
        return grid;
    }
}
