package dev.tributary.parameters;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Pair;

import dev.tributary.device.GradientScope;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The bridge between an initialized DJL Block and one flat vector, by copies in place.
 *
 * <p>Works for every Block, TorchScript included, since neither side's storage is ever replaced.
 * Reads and writes the Block's own arrays: as thread-safe as the Block, which is to say not.
 */
public final class FlatParameters {
    private static final NDIndex ALL = new NDIndex(":");

    private final ParameterLayout layout;
    private final List<Parameter> parameters;

    private FlatParameters(ParameterLayout layout, List<Parameter> parameters) {
        this.layout = layout;
        this.parameters = parameters;
    }

    /**
     * Looks at a Block's parameters; the Block keeps owning them.
     *
     * <p>A parameter that several layers share has one place, under the first of its names.
     *
     * @throws IllegalArgumentException if the Block is not initialized or a parameter is not
     *     float32
     */
    public static FlatParameters of(Block block) {
        ParameterLayout.Builder builder = ParameterLayout.builder();
        Map<String, Parameter> byName = new HashMap<>();
        Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Pair<String, Parameter> entry : block.getParameters()) {
            Parameter parameter = entry.getValue();
            if (!seen.add(parameter)) {
                continue;
            }
            check(entry.getKey(), parameter);
            List<Long> shape =
                    Arrays.stream(parameter.getArray().getShape().getShape()).boxed().toList();
            builder.add(entry.getKey(), shape, kindOf(entry.getKey(), parameter));
            byName.put(entry.getKey(), parameter);
        }
        ParameterLayout layout = builder.build();
        List<Parameter> ordered = new ArrayList<>();
        for (TensorSpec tensor : layout.tensors()) {
            ordered.add(byName.get(tensor.name()));
        }
        return new FlatParameters(layout, List.copyOf(ordered));
    }

    /** Where each parameter lies. */
    public ParameterLayout layout() {
        return layout;
    }

    /** The Block's parameters, in the order of {@link ParameterLayout#tensors()}. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /**
     * Copies the Block's state into the vector.
     *
     * @param flat float32 {@code [layout.size()]} on the Block's device; overwritten
     */
    public void pack(NDArray flat) {
        try (GradientScope off = GradientScope.off()) {
            for (int i = 0; i < parameters.size(); i++) {
                try (NDArray view = view(flat, layout.tensors().get(i))) {
                    view.set(ALL, parameters.get(i).getArray());
                }
            }
        }
    }

    /**
     * Copies the vector into the Block's own arrays.
     *
     * @param flat float32 {@code [layout.size()]} on the Block's device; read only
     */
    public void unpack(NDArray flat) {
        try (GradientScope off = GradientScope.off()) {
            for (int i = 0; i < parameters.size(); i++) {
                try (NDArray view = view(flat, layout.tensors().get(i))) {
                    parameters.get(i).getArray().set(ALL, view);
                }
            }
        }
    }

    /**
     * A tensor's part of the vector, in the tensor's shape.
     *
     * @param flat float32 {@code [n]}, on any device
     * @param tensor one that ends within it
     * @return a view that shares the vector's memory, attached to its manager; the caller closes it
     */
    public static NDArray view(NDArray flat, TensorSpec tensor) {
        NDArray slice = slice(flat, tensor.offset(), tensor.end());
        if (tensor.shape().size() == 1) {
            return slice;
        }
        try (slice) {
            return slice.reshape(new Shape(tensor.shape()));
        }
    }

    /**
     * A range of the vector; of an array with more axes, a range of its first one.
     *
     * <p>One call into the engine, where DJL's index objects take several times as long.
     *
     * @param flat of any type, on any device
     * @param from the first element, at least 0
     * @param to the one behind the last, at most as many as there are
     * @return a view that shares the vector's memory, attached to its manager; the caller closes it
     */
    public static NDArray slice(NDArray flat, long from, long to) {
        return JniUtils.slice((PtNDArray) flat, 0, from, to, 1);
    }

    /**
     * Overwrites a vector with another, in place and on their device.
     *
     * <p>One call into the engine, as {@link #slice}.
     *
     * @param source {@code [n]}; read only
     * @param target {@code [n]} of the same type on the same device
     */
    public static void copy(NDArray source, NDArray target) {
        long[] end = {target.size()};
        JniUtils.indexSet(
                (PtNDArray) target, (PtNDArray) source, new long[] {0}, end, new long[] {1});
    }

    private static void check(String name, Parameter parameter) {
        if (!parameter.isInitialized()) {
            throw new IllegalArgumentException(
                    "parameter \"%s\": expected an initialized Block, found none".formatted(name));
        }
        DataType type = parameter.getArray().getDataType();
        if (type != DataType.FLOAT32) {
            throw new IllegalArgumentException(
                    "parameter \"%s\": expected float32, found %s".formatted(name, type));
        }
    }

    private static ParameterKind kindOf(String name, Parameter parameter) {
        if (name.endsWith("num_batches_tracked")) {
            return ParameterKind.COUNTER;
        }
        return parameter.requiresGradient() ? ParameterKind.TRAINABLE : ParameterKind.STATISTIC;
    }
}
