package dev.tributary.server.round;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.server.aggregation.GlobalModel;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.server.store.Shortage;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Notes its orders; carries them out at once, unless a test wants to be asked. */
final class FakeModel implements GlobalModel {
    final List<String> orders = new ArrayList<>();
    final List<SpooledUpdate> folded = new ArrayList<>();
    boolean patient;
    boolean full;
    Shortage shortage = Shortage.NONE;
    int closed;
    float largestMagnitude = 1000;
    EvaluationResult evaluation = new EvaluationResult(10, 20, 5);
    @Nullable RuntimeException stepFailure;
    @Nullable RuntimeException publishFailure;
    @Nullable RuntimeException evaluateFailure;
    @Nullable RuntimeException saveFailure;
    private @Nullable Runnable pending;

    /** Carries out the order that waits. */
    void complete() {
        Runnable order = pending;
        pending = null;
        if (order == null) {
            throw new AssertionError("expected an order that waits, found none");
        }
        order.run();
    }

    @Override
    public boolean fits(float magnitude, double weight, int count) {
        return magnitude <= largestMagnitude;
    }

    @Override
    public Shortage shortage() {
        Shortage now = shortage;
        shortage = now == Shortage.OVER ? Shortage.NONE : now;
        return now;
    }

    @Override
    public boolean reserve() {
        return !full;
    }

    @Override
    public void cancel() {
        orders.add("cancel");
    }

    @Override
    public void fold(SpooledUpdate update) {
        orders.add("fold " + update.metadata().clientId());
        folded.add(update);
    }

    @Override
    public void foldAgain(SpooledUpdate update) {
        fold(update);
    }

    @Override
    public void roundClosed(int round) {
        closed = round;
    }

    @Override
    public void reset() {
        orders.add("reset");
        folded.clear();
    }

    @Override
    public CompletableFuture<Void> step(int clients) {
        return order("step", stepFailure, "").thenAccept(done -> {});
    }

    @Override
    public CompletableFuture<ModelVersion> publish(int version) {
        ModelVersion published = new ModelVersion(version, Path.of("none"), version, 0, "abc");
        return order("publish " + version, publishFailure, published);
    }

    @Override
    public CompletableFuture<EvaluationResult> evaluate() {
        return order("evaluate", evaluateFailure, evaluation);
    }

    @Override
    public CompletableFuture<String> save(int round) {
        return order("save " + round, saveFailure, "abc");
    }

    private <T> CompletableFuture<T> order(
            String order, @Nullable RuntimeException failure, T result) {
        orders.add(order);
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable work =
                () -> {
                    if (failure == null) {
                        future.complete(result);
                    } else {
                        future.completeExceptionally(failure);
                    }
                };
        if (patient) {
            pending = work;
        } else {
            work.run();
        }
        return future;
    }
}
