package dev.tributary.parameters;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which tensors make up a model, and where each lies in the flat vector.
 *
 * <p>Trainables come first, then statistics, then counters, then what is no part of the model, each
 * kind in its own order, with no gaps: so each kind is one contiguous range, and the model comes
 * before what an algorithm exchanges beside it. Two sides with the same {@link #hash()} can
 * exchange vectors. Immutable and thread-safe.
 */
public final class ParameterLayout {
    private record Range(long start, long end) {}

    private final List<TensorSpec> tensors;
    private final Map<String, TensorSpec> byName;
    private final Map<ParameterKind, Range> ranges = new EnumMap<>(ParameterKind.class);
    private final long size;
    private final String hash;

    private ParameterLayout(List<TensorSpec> tensors) {
        this.tensors = List.copyOf(tensors);
        this.byName = new HashMap<>();
        for (TensorSpec tensor : tensors) {
            if (byName.put(tensor.name(), tensor) != null) {
                throw new IllegalArgumentException(
                        "tensor \"" + tensor.name() + "\" is there twice");
            }
        }
        long start = 0;
        for (ParameterKind kind : ParameterKind.values()) {
            long end = start;
            for (TensorSpec tensor : tensors) {
                end += tensor.kind() == kind ? tensor.size() : 0;
            }
            ranges.put(kind, new Range(start, end));
            start = end;
        }
        this.size = start;
        this.hash = sha256(describe());
    }

    /** Collects tensors in the model's order; the layout groups them by kind. */
    public static Builder builder() {
        return new Builder();
    }

    /** All tensors, in the order of the flat vector. */
    public List<TensorSpec> tensors() {
        return tensors;
    }

    /** The tensor of that name. */
    public Optional<TensorSpec> tensor(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Elements in the whole vector. */
    public long size() {
        return size;
    }

    /** Elements of one kind. */
    public long size(ParameterKind kind) {
        return range(kind).end - range(kind).start;
    }

    /** The position of the first element of a kind. */
    public long start(ParameterKind kind) {
        return range(kind).start;
    }

    /** The vector's length in bytes. */
    public long bytes() {
        return Math.multiplyExact(size(), Float.BYTES);
    }

    /** The model alone: the beginning of this layout, without what is auxiliary. */
    public ParameterLayout model() {
        long end = start(ParameterKind.AUXILIARY);
        return end == size
                ? this
                : new ParameterLayout(
                        tensors.stream()
                                .filter(tensor -> tensor.kind() != ParameterKind.AUXILIARY)
                                .toList());
    }

    /** A builder that begins with all tensors of this layout. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        tensors.forEach(tensor -> builder.add(tensor.name(), tensor.shape(), tensor.kind()));
        return builder;
    }

    /** SHA-256 over names, shapes and kinds in order, in hex. */
    public String hash() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ParameterLayout layout && tensors.equals(layout.tensors);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    @Override
    public String toString() {
        return "ParameterLayout[%d tensors, %d elements, %s]"
                .formatted(tensors.size(), size(), hash.substring(0, 12));
    }

    private Range range(ParameterKind kind) {
        return requireNonNull(ranges.get(kind));
    }

    private String describe() {
        return tensors.stream()
                .map(tensor -> tensor.kind() + " " + tensor.shape() + " " + tensor.name() + "\n")
                .collect(joining());
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Collects tensors; not thread-safe. */
    public static final class Builder {
        private record Entry(String name, List<Long> shape, ParameterKind kind) {}

        private final List<Entry> entries = new ArrayList<>();

        private Builder() {}

        /** Adds a float32 tensor. */
        public Builder add(String name, List<Long> shape, ParameterKind kind) {
            entries.add(new Entry(name, shape, kind));
            return this;
        }

        /** Adds a trainable tensor. */
        public Builder trainable(String name, long... shape) {
            return add(name, Arrays.stream(shape).boxed().toList(), ParameterKind.TRAINABLE);
        }

        /**
         * The layout.
         *
         * @throws IllegalArgumentException if two tensors have one name or an extent is negative
         */
        public ParameterLayout build() {
            List<TensorSpec> tensors = new ArrayList<>();
            long offset = 0;
            for (ParameterKind kind : ParameterKind.values()) {
                for (Entry entry : entries) {
                    if (entry.kind == kind) {
                        TensorSpec tensor = new TensorSpec(entry.name, entry.shape, kind, offset);
                        tensors.add(tensor);
                        offset = Math.addExact(offset, tensor.size());
                    }
                }
            }
            return new ParameterLayout(tensors);
        }
    }
}
