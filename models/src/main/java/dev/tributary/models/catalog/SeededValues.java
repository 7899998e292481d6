package dev.tributary.models.catalog;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;

import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.io.IOException;
import java.util.List;

/**
 * Values drawn from the run's seed, tensor by tensor.
 *
 * @param tensors of the layout, in its order
 * @param types what each is
 * @param initializer draws them
 */
record SeededValues(
        List<TensorSpec> tensors, List<Parameter.Type> types, ParameterInitializer initializer)
        implements InitialValues {

    static SeededValues of(FlatParameters parameters, ParameterInitializer initializer) {
        return new SeededValues(
                parameters.layout().tensors(),
                parameters.parameters().stream().map(Parameter::getType).toList(),
                initializer);
    }

    @Override
    public void write(NDArray flat, RandomStreams streams) throws IOException {
        int output = types.lastIndexOf(Parameter.Type.WEIGHT);
        for (int i = 0; i < tensors.size(); i++) {
            TensorSpec tensor = tensors.get(i);
            float[] values = new float[Math.toIntExact(tensor.size())];
            initializer.fill(
                    tensor,
                    types.get(i),
                    i == output,
                    streams.stream(Purpose.INITIALIZATION, i),
                    values);
            put(values, tensor, flat);
        }
    }

    /** Copies a tensor's values to its place. */
    static void put(float[] values, TensorSpec tensor, NDArray flat) throws IOException {
        try (NDArray part = FlatParameters.slice(flat, tensor.offset(), tensor.end())) {
            HostTransfer.toDevice(HostVector.of(values), part);
        }
    }
}
