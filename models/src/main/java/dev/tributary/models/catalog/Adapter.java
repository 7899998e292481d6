package dev.tributary.models.catalog;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

import dev.tributary.parameters.TensorSpec;

/**
 * A change of low rank to a frozen matrix (Hu et al., "LoRA: Low-Rank Adaptation of Large Language
 * Models", 2022).
 *
 * @param down {@code [rank, in]}, random at first
 * @param up {@code [out, rank]}, zeros at first, so that the adapter changes nothing
 */
record Adapter(Parameter down, Parameter up) {
    private static final String DOWN = ".lora_A";
    private static final String UP = ".lora_B";

    /**
     * A new one, all zeros.
     *
     * @param weight {@code [out, in]}
     * @param manager owns its arrays
     */
    static Adapter of(TensorSpec weight, int rank, NDManager manager) {
        Shape down = new Shape(rank, weight.shape().get(1));
        Shape up = new Shape(weight.shape().get(0), rank);
        return new Adapter(parameter(DOWN, manager.zeros(down)), parameter(UP, manager.zeros(up)));
    }

    /** The name of the first factor for a weight's. */
    static String down(String weight) {
        return weight + DOWN;
    }

    /** The name of the second factor for a weight's. */
    static String up(String weight) {
        return weight + UP;
    }

    /** Whether a tensor is the second factor of some weight's adapter. */
    static boolean isUp(String tensor) {
        return tensor.endsWith(UP);
    }

    /**
     * The changed weight.
     *
     * @return float32 {@code [out, in]}, in the weight's scope
     */
    static NDArray apply(NDArray weight, NDArray down, NDArray up) {
        try (NDArray product = up.matMul(down)) {
            return weight.add(product);
        }
    }

    private static Parameter parameter(String name, NDArray array) {
        return Parameter.builder()
                .setName(name)
                .setType(Parameter.Type.WEIGHT)
                .optArray(array)
                .build();
    }
}
