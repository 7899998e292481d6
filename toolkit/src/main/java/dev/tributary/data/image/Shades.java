package dev.tributary.data.image;

import java.util.Arrays;

/**
 * What each of the 256 values of a pixel becomes, by channel: a number in [0, 1], minus the mean,
 * by the deviation.
 */
final class Shades {
    private static final int VALUES = 256;

    private final float[][] byChannel;

    private Shades(float[][] byChannel) {
        this.byChannel = byChannel;
    }

    /** Numbers in [0, 1], as many channels as there are. */
    static Shades plain(int channels) {
        double[] ones = new double[channels];
        Arrays.fill(ones, 1);
        return standardized(new double[channels], ones);
    }

    /** With the mean and deviation of each channel. */
    static Shades standardized(double[] means, double[] deviations) {
        float[][] shades = new float[means.length][VALUES];
        for (int channel = 0; channel < means.length; channel++) {
            for (int value = 0; value < VALUES; value++) {
                shades[channel][value] =
                        (float) ((value / 255.0 - means[channel]) / deviations[channel]);
            }
        }
        return new Shades(shades);
    }

    /** Turns an image's bytes, channel by channel, into floats. */
    void shade(byte[] pixels, float[] target, int offset) {
        int size = pixels.length / byChannel.length;
        for (int channel = 0; channel < byChannel.length; channel++) {
            float[] shades = byChannel[channel];
            for (int i = channel * size; i < (channel + 1) * size; i++) {
                target[offset + i] = shades[pixels[i] & 0xff];
            }
        }
    }
}
