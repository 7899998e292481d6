package dev.tributary.server.aggregation;

import ai.djl.Device;

import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.SafetensorsHeader;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.server.store.ModelVersions;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.strategy.Strategy;
import dev.tributary.training.EvaluationResult;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The global model on the thread that owns the device.
 *
 * <p>Updates are folded as they come, so a round that closes has little left to do. Of updates to
 * fold it holds a bounded number, then says no. Any thread may call.
 */
public final class AggregationService implements GlobalModel, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AggregationService.class);
    private static final int MAX_FOLDS_WAITING = 4096;

    private final Settings settings;
    private final DeviceThread thread = new DeviceThread(MAX_FOLDS_WAITING);
    private final byte[] header;
    private final DeviceModel model;
    private volatile int managedArrays;

    /** What went wrong with an update of this round; the aggregation thread's alone. */
    private @Nullable Throwable broken;

    /** Whether the model may have moved without a result; the aggregation thread's alone. */
    private boolean torn;

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
     */
    public record Settings(
            Device device,
            ModelSetup setup,
            Strategy strategy,
            ModelVersions versions,
            Spool spool,
            RunDirectory directory,
            Map<String, String> metadata) {
        /** Copies the metadata. */
        public Settings {
            metadata = Map.copyOf(metadata);
        }
    }

    /**
     * Loads the engine and puts the newest version of the model; if there is none, the initial
     * parameters, and publishes them as version 0.
     *
     * @throws RuntimeException as the setup throws it
     */
    public AggregationService(Settings settings) {
        this.settings = settings;
        header = SafetensorsHeader.of(settings.setup.layout(), settings.metadata).encode();
        try {
            model = await(thread.order(this::openModel));
            Optional<ModelVersion> newest = settings.versions.newest();
            if (newest.isPresent()) {
                await(thread.order(() -> restore(newest.get())));
            } else {
                await(publish(0));
            }
        } catch (RuntimeException e) {
            thread.close();
            throw e;
        }
    }

    @Override
    public boolean fits(float magnitude, double weight, int count) {
        return model.fits(magnitude, weight, count);
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
        thread.giveReserved(() -> foldNow(update));
    }

    @Override
    public void roundClosed(int round) {
        CompletableFuture<Void> unused = thread.order(() -> drop(round));
    }

    @Override
    public void reset() {
        CompletableFuture<Void> unused = thread.order(this::resetNow);
    }

    @Override
    public CompletableFuture<Void> step() {
        return thread.order(this::stepNow);
    }

    @Override
    public CompletableFuture<String> publish(int version) {
        return thread.order(
                () -> {
                    // First: a version that can be found can be gone on from.
                    model.saveState(settings.versions.statePath(version));
                    ModelVersion published =
                            settings.versions.publish(
                                    version,
                                    header,
                                    sink -> HostTransfer.toHost(model.flat(), sink));
                    managedArrays = model.managedArrays();
                    return published.entity();
                });
    }

    @Override
    public CompletableFuture<EvaluationResult> evaluate() {
        return thread.order(model::evaluate);
    }

    @Override
    public CompletableFuture<String> save(int round) {
        return thread.order(
                () -> {
                    mend();
                    Map<String, String> metadata = new HashMap<>(settings.metadata);
                    metadata.put("round", Integer.toString(round));
                    Checkpoint.write(
                            settings.directory.model(), model.layout(), model.flat(), metadata);
                    return settings.directory.sha256OfModel();
                });
    }

    /** Arrays and scopes alive on behalf of the model when it was last published. */
    public int managedArrays() {
        return managedArrays;
    }

    /** Orders that wait. */
    public int waiting() {
        return thread.waiting();
    }

    /** Carries out what has been ordered, then frees the device memory. */
    @Override
    public void close() {
        CompletableFuture<Void> unused =
                thread.order(
                        () -> {
                            model.close();
                            return null;
                        });
        thread.close();
    }

    private DeviceModel openModel() throws IOException {
        return new DeviceModel(settings.device, settings.setup, settings.strategy);
    }

    private void foldNow(SpooledUpdate update) {
        try {
            if (broken == null) {
                model.fold(update);
            }
        } catch (Throwable e) {
            // Errors too: a fold that is lost must fail the round that counted it.
            broken = e;
        } finally {
            update.release();
        }
    }

    private @Nullable Void restore(ModelVersion version) throws IOException {
        model.restore(version, settings.versions.statePath(version.version()));
        return null;
    }

    private @Nullable Void drop(int round) {
        try {
            settings.spool.drop(round);
        } catch (IOException e) {
            // Wastes disk space until the next round ends, and nothing else.
            LOG.warn("the spool of round {} was not cleared: {}", round, e.toString());
        }
        return null;
    }

    private @Nullable Void resetNow() {
        broken = null;
        model.reset();
        return null;
    }

    private @Nullable Void stepNow() throws IOException {
        if (broken != null) {
            throw new IOException("an accepted update could not be folded: " + broken, broken);
        }
        mend();
        torn = true;
        try {
            if (!model.step()) {
                throw new ArithmeticException(
                        "the new global model is not finite; the one before stays");
            }
            torn = false;
            return null;
        } catch (Throwable e) {
            mendAfter(e);
            throw e;
        }
    }

    private void mendAfter(Throwable failure) {
        try {
            mend();
        } catch (IOException | RuntimeException e) {
            // Tried again before the model is used.
            failure.addSuppressed(e);
        }
    }

    private void mend() throws IOException {
        if (torn) {
            restore(settings.versions.newest().orElseThrow());
            torn = false;
        }
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
