package dev.tributary.server.aggregation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterLayout;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What the parts of a strategy remember from round to round, in one file; none if they do not. */
final class StrategyMemory {
    private static final NDIndex ALL = new NDIndex(":");

    private final NDManager manager;
    private final Map<String, NDArray> states = new LinkedHashMap<>();

    /** The states themselves, float32 vectors on one device. */
    StrategyMemory(NDManager manager, Optional<NDArray> optimizer, Optional<NDArray> aggregator) {
        this.manager = manager;
        optimizer.ifPresent(state -> states.put("optimizer", state));
        aggregator.ifPresent(state -> states.put("aggregator", state));
    }

    void save(Path path) throws IOException {
        if (states.isEmpty()) {
            return;
        }
        try (NDManager scope = manager.newSubManager()) {
            NDArray all = room(scope);
            eachIn(all, (part, state) -> part.set(ALL, state));
            Checkpoint.write(path, layout(), all, Map.of());
        }
    }

    void restore(Path path) throws IOException {
        if (states.isEmpty()) {
            return;
        }
        try (NDManager scope = manager.newSubManager();
                Checkpoint checkpoint = Checkpoint.open(path)) {
            NDArray all = room(scope);
            checkpoint.read(layout(), all);
            eachIn(all, (part, state) -> state.set(ALL, part));
        }
    }

    /** Room for all of them; one alone has that room itself. */
    private NDArray room(NDManager scope) {
        return states.size() == 1
                ? states.values().iterator().next()
                : scope.zeros(new Shape(layout().size()), DataType.FLOAT32);
    }

    private void eachIn(NDArray all, BiConsumer<NDArray, NDArray> copy) {
        long from = 0;
        for (NDArray state : states.values()) {
            if (state != all) {
                try (NDArray part = FlatParameters.slice(all, from, from + state.size())) {
                    copy.accept(part, state);
                }
            }
            from += state.size();
        }
    }

    private ParameterLayout layout() {
        ParameterLayout.Builder layout = ParameterLayout.builder();
        states.forEach((name, state) -> layout.trainable(name, state.size()));
        return layout.build();
    }
}
