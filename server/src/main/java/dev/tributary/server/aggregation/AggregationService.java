package dev.tributary.server.aggregation;

import ai.djl.Device;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.server.store.ModelVersions;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.server.store.Shortage;
import dev.tributary.strategy.OverflowGuard;
import dev.tributary.strategy.Strategy;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The global model behind the queue of the thread that owns the device.
 *
 * <p>Updates are folded as they come, so a round that closes has little left to do. Of updates to
 * fold it holds a bounded number, then says no. Any thread may call.
 */
public final class AggregationService implements GlobalModel, AutoCloseable {
    private final Spool spool;
    private final DeviceThread thread;
    private final OverflowGuard guard;
    private final VersionedModel model;

    /**
     * What the service works with.
     *
     * @param device where
     * @param setup which model
     * @param strategy how updates meet and the model moves
     * @param versions where versions are published; a run goes on from the newest, if there is one
     * @param spool where updates are
     * @param directory where the result goes
     * @param metadata free text by key for the header of versions and result
     * @param maximumWaiting updates that may have a place in the queue at a time
     */
    public record Settings(
            Device device,
            ModelSetup setup,
            Strategy strategy,
            ModelVersions versions,
            Spool spool,
            RunDirectory directory,
            Map<String, String> metadata,
            int maximumWaiting) {
        /** Copies the metadata. */
        public Settings {
            metadata = Map.copyOf(metadata);
        }
    }

    /** Work on the thread that owns the device. */
    @FunctionalInterface
    private interface Work {
        void carryOut() throws IOException;
    }

    /**
     * Loads the engine; if there is no version of the model yet, publishes the initial parameters
     * as version 0.
     *
     * @throws RuntimeException as the setup throws it
     */
    public AggregationService(Settings settings) {
        spool = settings.spool;
        thread = new DeviceThread(settings.maximumWaiting);
        try {
            guard =
                    await(
                            thread.order(
                                    () -> new OverflowGuard(settings.device, settings.strategy)));
            model = await(thread.order(() -> new VersionedModel(settings)));
        } catch (RuntimeException e) {
            thread.close();
            throw e;
        }
    }

    @Override
    public boolean fits(float magnitude, double weight, int count) {
        return guard.fits(magnitude, weight, count);
    }

    @Override
    public Shortage shortage() {
        return spool.shortage();
    }

    @Override
    public boolean reserve() {
        return thread.reserve();
    }

    @Override
    public void cancel() {
        thread.cancel();
    }

    @Override
    public void fold(SpooledUpdate update) {
        thread.giveReserved(() -> model.fold(update));
    }

    @Override
    public void foldAgain(SpooledUpdate update) {
        CompletableFuture<Void> unused = order(() -> model.fold(update));
    }

    @Override
    public void roundClosed(int round) {
        CompletableFuture<Void> unused = order(() -> model.drop(round));
    }

    @Override
    public void reset() {
        CompletableFuture<Void> unused = order(model::reset);
    }

    @Override
    public CompletableFuture<Void> step(int clients) {
        return order(() -> model.step(clients));
    }

    @Override
    public CompletableFuture<ModelVersion> publish(int version) {
        return thread.order(() -> model.publish(version));
    }

    @Override
    public CompletableFuture<EvaluationResult> evaluate() {
        return thread.order(model::evaluate);
    }

    @Override
    public CompletableFuture<String> save(int round) {
        return thread.order(() -> model.save(round));
    }

    /** Whether sums of updates can be folded in place of each. */
    public boolean addsUp() {
        return model.addsUp();
    }

    /** Arrays and scopes alive on behalf of the model when it was last published. */
    public int managedArrays() {
        return model.managedArrays();
    }

    /** Orders that wait. */
    public int waiting() {
        return thread.waiting();
    }

    /** Carries out what has been ordered, then frees the device memory. */
    @Override
    public void close() {
        CompletableFuture<Void> unused =
                order(
                        () -> {
                            model.close();
                            guard.close();
                        });
        thread.close();
    }

    private CompletableFuture<Void> order(Work work) {
        return thread.order(
                () -> {
                    work.carryOut();
                    return null;
                });
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }
}
