package dev.tributary.parameters;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One float32 tensor of a layout.
 *
 * @param name unique within the layout, as on the wire
 * @param shape extents, outermost first; empty for a scalar
 * @param kind what it is
 * @param offset its first element's position in the flat vector, at least 0
 */
public record TensorSpec(String name, List<Long> shape, ParameterKind kind, long offset) {

    /** Copies the shape and checks the extents. */
    public TensorSpec {
        requireNonNull(name, "name is null");
        requireNonNull(kind, "kind is null");
        shape = List.copyOf(shape);
        if (shape.stream().anyMatch(extent -> extent < 0)) {
            throw new IllegalArgumentException(
                    "tensor \"%s\": expected extents of at least 0, found %s"
                            .formatted(name, shape));
        }
    }

    /** The number of elements; 1 for a scalar. */
    public long size() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** The position behind its last element. */
    public long end() {
        return offset + size();
    }
}
