package dev.tributary.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A client's state that is a copy of parameters: behind them, one element that says whether there
 * is a copy yet, since a state is all zeros at first.
 */
record Memory(NDArray state) {

    boolean isPresent() {
        try (NDManager scope = state.getManager().newSubManager()) {
            return flag(scope).toFloatArray()[0] != 0;
        }
    }

    void setPresent() {
        try (NDManager scope = state.getManager().newSubManager()) {
            NDArray flag = flag(scope);
            flag.set(Vectors.ALL, scope.ones(flag.getShape()));
        }
    }

    private NDArray flag(NDManager scope) {
        return Vectors.range(state, state.size() - 1, state.size(), scope);
    }
}
