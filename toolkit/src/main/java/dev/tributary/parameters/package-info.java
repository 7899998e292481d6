/**
 * A model's state as one flat vector.
 *
 * <p>{@link dev.tributary.parameters.ParameterLayout} says which tensor lies where; {@link
 * dev.tributary.parameters.FlatParameters} copies between a DJL Block and the vector; {@link
 * dev.tributary.parameters.Checkpoint} writes the vector as a safetensors file and reads it back. A
 * file whose tensors are written in layout order is a header followed by exactly the vector's
 * bytes, so the same bytes serve on disk, on the wire and on the device. {@link
 * dev.tributary.parameters.Precision} says in how many of them an update travels; who reads one
 * through a {@link dev.tributary.parameters.HostVector} sees float32.
 */
@NullMarked
package dev.tributary.parameters;

import org.jspecify.annotations.NullMarked;
