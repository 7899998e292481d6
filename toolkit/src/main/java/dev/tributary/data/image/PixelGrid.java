package dev.tributary.data.image;

/** Bytes of an image, channel by channel, row by row. One thread. */
final class PixelGrid {
    private final int channels;
    private final int height;
    private final int width;
    private final byte[] values;

    PixelGrid(int channels, int height, int width) {
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.values = new byte[Math.multiplyExact(channels, Math.multiplyExact(height, width))];
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Not a copy. */
    byte[] values() {
        return values;
    }

    int get(int channel, int y, int x) {
        return values[(channel * height + y) * width + x] & 0xff;
    }

    void set(int channel, int y, int x, int value) {
        values[(channel * height + y) * width + x] = (byte) value;
    }

    /**
     * The image in another size: each new pixel is the mean of the area that it covers in the old
     * image, which is what keeps a small image of a large one free of patterns.
     */
    PixelGrid resized(int newHeight, int newWidth) {
        if (newHeight == height && newWidth == width) {
            return this;
        }
        double[][] rows = shares(height, newHeight);
        double[][] columns = shares(width, newWidth);
        PixelGrid resized = new PixelGrid(channels, newHeight, newWidth);
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < newHeight; y++) {
                for (int x = 0; x < newWidth; x++) {
                    resized.set(
                            channel, y, x, (int) Math.round(mean(channel, rows[y], columns[x])));
                }
            }
        }
        return resized;
    }

    /** The first covered place, then the share of each in the mean. */
    private static double[][] shares(int from, int to) {
        double[][] shares = new double[to][];
        for (int i = 0; i < to; i++) {
            double begin = (double) from * i / to;
            double end = (double) from * (i + 1) / to;
            int first = (int) begin;
            int last = Math.min(from, (int) Math.ceil(end));
            shares[i] = new double[1 + last - first];
            shares[i][0] = first;
            for (int place = first; place < last; place++) {
                double covered = Math.min(end, place + 1) - Math.max(begin, place);
                shares[i][1 + place - first] = covered / (end - begin);
            }
        }
        return shares;
    }

    private double mean(int channel, double[] rows, double[] columns) {
        double sum = 0;
        for (int i = 1; i < rows.length; i++) {
            for (int j = 1; j < columns.length; j++) {
                int value = get(channel, (int) rows[0] + i - 1, (int) columns[0] + j - 1);
                sum += rows[i] * columns[j] * value;
            }
        }
        return sum;
    }
}
