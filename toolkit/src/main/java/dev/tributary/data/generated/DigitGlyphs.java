package dev.tributary.data.generated;

import java.util.List;

/**
 * How each digit is written: its variants, each a list of strokes.
 *
 * <p>A stroke is a smooth curve through its points {@code x0, y0, x1, y1, ...} in the unit square,
 * y pointing down; a corner is where one stroke ends and the next begins. Two points make a
 * straight line.
 */
final class DigitGlyphs {
    private static final List<List<float[][]>> VARIANTS =
            List.of(
                    zeros(), ones(), twos(), threes(), fours(), fives(), sixes(), sevens(),
                    eights(), nines());

    private DigitGlyphs() {}

    /** The variants of a digit; not to be changed. */
    static List<float[][]> variants(int digit) {
        return VARIANTS.get(digit);
    }

    private static List<float[][]> zeros() {
        return List.<float[][]>of(
                new float[][] {
                    {
                        .52f, .05f, .28f, .22f, .2f, .55f, .3f, .85f, .5f, .95f, .72f, .82f, .8f,
                        .5f, .7f, .18f, .5f, .05f
                    }
                });
    }

    private static List<float[][]> ones() {
        return List.of(
                new float[][] {{.5f, .05f, .5f, .95f}},
                new float[][] {{.34f, .24f, .52f, .05f}, {.52f, .05f, .52f, .95f}},
                new float[][] {
                    {.34f, .24f, .52f, .05f}, {.52f, .05f, .52f, .94f}, {.3f, .94f, .74f, .94f}
                });
    }

    private static List<float[][]> twos() {
        return List.of(
                new float[][] {
                    {.22f, .26f, .36f, .08f, .62f, .06f, .75f, .24f, .64f, .5f, .22f, .93f},
                    {.22f, .93f, .8f, .93f}
                },
                new float[][] {
                    {
                        .24f, .2f, .46f, .05f, .72f, .16f, .7f, .4f, .5f, .7f, .28f, .9f, .2f, .8f,
                        .34f, .74f, .58f, .9f, .82f, .9f
                    }
                });
    }

    private static List<float[][]> threes() {
        float[] bowl = {.42f, .46f, .68f, .5f, .78f, .7f, .66f, .9f, .44f, .95f, .22f, .85f};
        return List.of(
                new float[][] {
                    {.25f, .16f, .44f, .05f, .68f, .1f, .7f, .3f, .58f, .43f, .42f, .46f}, bowl
                },
                new float[][] {{.25f, .07f, .74f, .07f}, {.74f, .07f, .42f, .46f}, bowl});
    }

    private static List<float[][]> fours() {
        return List.of(
                new float[][] {
                    {.3f, .08f, .24f, .34f, .22f, .56f},
                    {.22f, .56f, .8f, .54f},
                    {.66f, .1f, .64f, .95f}
                },
                new float[][] {
                    {.62f, .05f, .18f, .64f}, {.18f, .64f, .82f, .64f}, {.62f, .05f, .62f, .95f}
                });
    }

    private static List<float[][]> fives() {
        float[] bowl = {
            .28f, .46f, .5f, .4f, .72f, .5f, .76f, .72f, .6f, .91f, .4f, .95f, .2f, .86f
        };
        return List.of(
                new float[][] {{.74f, .07f, .33f, .07f}, {.33f, .07f, .28f, .46f}, bowl},
                new float[][] {{.33f, .1f, .28f, .46f}, bowl, {.33f, .1f, .78f, .05f}});
    }

    private static List<float[][]> sixes() {
        return List.of(
                new float[][] {
                    {
                        .66f, .06f, .42f, .24f, .26f, .56f, .28f, .84f, .48f, .95f, .7f, .86f, .74f,
                        .66f, .58f, .52f, .38f, .58f, .27f, .76f
                    }
                },
                new float[][] {
                    {
                        .44f, .05f, .28f, .34f, .22f, .68f, .34f, .92f, .58f, .93f, .74f, .78f,
                        .66f, .6f, .46f, .56f, .26f, .68f
                    }
                });
    }

    private static List<float[][]> sevens() {
        float[] bar = {.22f, .09f, .78f, .08f};
        float[] leg = {.78f, .08f, .56f, .48f, .44f, .95f};
        return List.of(
                new float[][] {bar, leg},
                new float[][] {bar, leg, {.36f, .52f, .74f, .5f}},
                new float[][] {{.22f, .24f, .24f, .09f}, {.24f, .09f, .78f, .08f}, leg});
    }

    private static List<float[][]> eights() {
        return List.of(
                new float[][] {
                    {
                        .7f, .18f, .5f, .05f, .29f, .18f, .36f, .38f, .62f, .56f, .74f, .77f, .5f,
                        .95f, .27f, .78f, .38f, .56f, .64f, .38f, .7f, .18f
                    }
                },
                new float[][] {
                    {.5f, .05f, .3f, .14f, .32f, .36f, .5f, .46f, .69f, .36f, .7f, .14f, .5f, .05f},
                    {.5f, .46f, .27f, .6f, .26f, .84f, .5f, .95f, .75f, .84f, .74f, .6f, .5f, .46f}
                });
    }

    private static List<float[][]> nines() {
        float[] loop = {
            .73f, .24f, .56f, .06f, .34f, .1f, .25f, .3f, .36f, .48f, .56f, .48f, .73f, .24f
        };
        return List.of(
                new float[][] {loop, {.73f, .24f, .7f, .6f, .64f, .95f}},
                new float[][] {loop, {.73f, .24f, .76f, .56f, .66f, .86f, .46f, .95f, .26f, .88f}});
    }
}
