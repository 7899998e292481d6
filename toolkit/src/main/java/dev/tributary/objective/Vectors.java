package dev.tributary.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import dev.tributary.device.Scalars;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Pieces of vector algebra; results and views belong to the scope that is given. */
final class Vectors {
    static final NDIndex ALL = new NDIndex(":");

    private Vectors() {}

    /** A range, which shares the vector's memory. */
    static NDArray range(NDArray vector, long from, long to, NDManager scope) {
        NDArray view = FlatParameters.slice(vector, from, to);
        view.attach(scope);
        return view;
    }

    /** The model at the beginning of what is exchanged; a view, which the caller closes. */
    static NDArray model(NDArray exchanged, ParameterLayout layout) {
        return FlatParameters.slice(exchanged, 0, layout.size());
    }

    /** The L2 norm; waits for the device. */
    static double norm(NDArray vector, NDManager scope) {
        NDArray squares = vector.square();
        squares.attach(scope);
        NDArray sum = squares.sum();
        sum.attach(scope);
        return Math.sqrt(sum.getFloat());
    }

    /** The largest absolute value, NaN if there is one; waits for the device. */
    static float magnitude(NDArray vector, NDManager scope) {
        NDArray largest = vector.max();
        largest.attach(scope);
        NDArray smallest = vector.min();
        smallest.attach(scope);
        return Math.max(largest.getFloat(), -smallest.getFloat());
    }

    static NDArray difference(NDArray a, NDArray b, NDManager scope) {
        NDArray difference = a.sub(b);
        difference.attach(scope);
        return difference;
    }

    static NDArray product(NDArray vector, double factor, NDManager scope) {
        NDArray product = vector.mul(Scalars.of(scope, factor));
        product.attach(scope);
        return product;
    }

    /** Whether a rate, or rates added up, is 0 or so small that no float32 is its inverse. */
    static boolean vanishes(double rate) {
        return rate < 1.0 / Float.MAX_VALUE;
    }

    /** One element of a vector on the host. */
    static float element(HostVector vector, long at) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        vector.read(at, bytes);
        return bytes.getFloat(0);
    }
}
