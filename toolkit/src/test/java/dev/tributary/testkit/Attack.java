package dev.tributary.testkit;

import dev.tributary.data.LocalDataset;

import java.util.List;
import java.util.SplittableRandom;

/**
 * What a malicious client does: to its data, or to its update, or both.
 *
 * <p>Attackers work together and know everything: their own updates, and those of the honest.
 */
public interface Attack {

    /** The data that it trains on. */
    default LocalDataset data(LocalDataset own) {
        return own;
    }

    /**
     * The update that it sends.
     *
     * @param own what honest training on {@link #data} gave
     * @param honest the updates of all honest clients; read only
     * @param random for this attacker and round
     */
    default float[] update(float[] own, List<float[]> honest, SplittableRandom random) {
        return own;
    }

    /** Nobody attacks. */
    record None() implements Attack {}

    /**
     * The opposite of what was learned, times a factor.
     *
     * @param factor positive
     */
    record SignFlip(float factor) implements Attack {
        @Override
        public float[] update(float[] own, List<float[]> honest, SplittableRandom random) {
            return new Scaled(-factor).update(own, honest, random);
        }
    }

    /**
     * What was learned, times a factor: one client's model takes the place of all (Bagdasaryan et
     * al., "How To Backdoor Federated Learning", 2020).
     *
     * @param factor any
     */
    record Scaled(float factor) implements Attack {
        @Override
        public float[] update(float[] own, List<float[]> honest, SplittableRandom random) {
            float[] scaled = new float[own.length];
            for (int i = 0; i < own.length; i++) {
                scaled[i] = factor * own[i];
            }
            return scaled;
        }
    }

    /** Trains on label {@code classes - 1 - label} in place of each label. */
    record LabelFlip() implements Attack {
        @Override
        public LocalDataset data(LocalDataset own) {
            float[] labels = own.labels().clone();
            for (int i = 0; i < labels.length; i++) {
                labels[i] = own.classCount() - 1 - labels[i];
            }
            return new LocalDataset(own.features(), own.featureShape(), labels, own.classCount());
        }
    }

    /**
     * Noise alone, normal around 0.
     *
     * @param deviation of each value
     */
    record Gaussian(double deviation) implements Attack {
        @Override
        public float[] update(float[] own, List<float[]> honest, SplittableRandom random) {
            float[] noise = new float[own.length];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (float) (deviation * random.nextGaussian());
            }
            return noise;
        }
    }

    /**
     * Each value a little beside the mean of the honest, by so many of their standard deviations
     * (Baruch, Baruch and Goldberg, "A Little Is Enough", 2019). The formula of the paper for the
     * deviations, with n clients and m attackers, gives 0 for 2 of 10; its experiments take 1.5.
     *
     * @param deviations z
     */
    record LittleIsEnough(double deviations) implements Attack {
        @Override
        public float[] update(float[] own, List<float[]> honest, SplittableRandom random) {
            float[] beside = new float[own.length];
            for (int i = 0; i < beside.length; i++) {
                double sum = 0;
                double squares = 0;
                for (float[] values : honest) {
                    sum += values[i];
                    squares += (double) values[i] * values[i];
                }
                double mean = sum / honest.size();
                double variance = Math.max(0, squares / honest.size() - mean * mean);
                beside[i] = (float) (mean - deviations * Math.sqrt(variance));
            }
            return beside;
        }
    }
}
