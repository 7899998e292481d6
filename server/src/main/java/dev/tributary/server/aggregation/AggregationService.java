package dev.tributary.server.aggregation;

import static java.nio.file.StandardOpenOption.READ;

import ai.djl.Device;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.files.DurableFiles;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.SafetensorsHeader;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.server.store.ModelVersions;
import dev.tributary.server.store.ModelVersions.Draft;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.server.store.Shortage;
import dev.tributary.strategy.OverflowGuard;
import dev.tributary.strategy.Strategy;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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

    private final Settings settings;
    private final DeviceThread thread;
    private final byte[] header;
    private final OverflowGuard guard;
    private final DeviceModel model;
    private final RoundFolds folds;
    private volatile int managedArrays;

    /**
     * Whether a step broke off: the model in its file has not moved, but what the server optimizer
     * remembers may have; the aggregation thread's alone.
     */
    private boolean torn;

    /** The model that has moved and is not published; the aggregation thread's alone. */
    private @Nullable Draft moved;

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

    /**
     * Loads the engine; if there is no version of the model yet, publishes the initial parameters
     * as version 0.
     *
     * @throws RuntimeException as the setup throws it
     */
    public AggregationService(Settings settings) {
        this.settings = settings;
        thread = new DeviceThread(settings.maximumWaiting);
        header = SafetensorsHeader.of(settings.setup.layout(), settings.metadata).encode();
        try {
            guard = await(thread.order(this::openGuard));
            if (settings.versions.newest().isEmpty()) {
                await(thread.order(this::publishInitial));
            }
            model = await(thread.order(this::openModel));
            folds = new RoundFolds(model);
            await(thread.order(this::beginWithState));
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
        return settings.spool.shortage();
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
    public void foldAgain(SpooledUpdate update) {
        CompletableFuture<Void> unused =
                thread.order(
                        () -> {
                            foldNow(update);
                            return null;
                        });
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
    public CompletableFuture<Void> step(int clients) {
        return thread.order(() -> stepNow(clients));
    }

    @Override
    public CompletableFuture<ModelVersion> publish(int version) {
        return thread.order(() -> publishNow(version));
    }

    @Override
    public CompletableFuture<EvaluationResult> evaluate() {
        return thread.order(
                () -> reading(newest().path(), newest().payloadStart(), model::evaluate));
    }

    @Override
    public CompletableFuture<String> save(int round) {
        return thread.order(() -> saveNow(round));
    }

    /** Whether sums of updates can be folded in place of each. */
    public boolean addsUp() {
        return model.addsUp();
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
                            guard.close();
                            folds.release();
                            return null;
                        });
        thread.close();
    }

    private OverflowGuard openGuard() {
        return new OverflowGuard(settings.device, settings.strategy);
    }

    private DeviceModel openModel() {
        return new DeviceModel(settings.device, settings.setup, settings.strategy);
    }

    /**
     * What the server optimizer remembered at the newest version; at version 0 it is new itself.
     */
    private @Nullable Void beginWithState() throws IOException {
        Path state = settings.versions.statePath(newest().version());
        if (newest().version() == 0) {
            model.saveState(state);
        } else {
            model.restoreState(state);
        }
        return null;
    }

    private @Nullable Void publishInitial() throws IOException {
        Draft draft =
                settings.versions.draft(
                        header, sink -> DeviceModel.initial(settings.device, settings.setup, sink));
        settings.versions.publish(0, draft).force();
        return null;
    }

    private void foldNow(SpooledUpdate update) {
        folds.add(update, newest().version() - update.metadata().modelVersion());
    }

    private @Nullable Void drop(int round) {
        try {
            settings.spool.drop(round);
            settings.versions.dropOld();
        } catch (IOException e) {
            // Wastes disk space until the next round ends, and nothing else.
            LOG.warn("the files of round {} were not cleared: {}", round, e.toString());
        }
        return null;
    }

    private @Nullable Void resetNow() {
        folds.reset();
        return null;
    }

    private @Nullable Void stepNow(int clients) throws IOException {
        folds.requireWhole();
        ModelVersion newest = newest();
        if (torn) {
            model.restoreState(settings.versions.statePath(newest.version()));
        }
        torn = true;
        Draft draft =
                reading(
                        newest.path(),
                        newest.payloadStart(),
                        before ->
                                settings.versions.draft(
                                        header, sink -> model.step(before, sink, clients)));
        model.next();
        moved = draft;
        torn = false;
        folds.release();
        return null;
    }

    private ModelVersion publishNow(int version) throws IOException {
        Draft draft = moved;
        if (draft == null) {
            throw new IllegalStateException("the model has not moved since it was published");
        }
        // First: a version that can be found can be gone on from.
        model.saveState(settings.versions.statePath(version));
        ModelVersion published = settings.versions.publish(version, draft);
        moved = null;
        managedArrays = model.managedArrays();
        return published;
    }

    private String saveNow(int round) throws IOException {
        Map<String, String> metadata = new HashMap<>(settings.metadata);
        metadata.put("round", Integer.toString(round));
        // What was exchanged beside the model is behind it.
        ParameterLayout layout = settings.setup.layout().model();
        byte[] head = SafetensorsHeader.of(layout, metadata).encode();
        // Not the newest: what moved in a round that was not closed is not the result.
        ModelVersion kept = settings.versions.at(round).orElseThrow();
        long start = kept.payloadStart();
        try (FileChannel in = FileChannel.open(kept.path(), READ)) {
            DurableFiles.write(
                    settings.directory.model(),
                    out -> copy(head, in, start, start + layout.bytes(), out));
        }
        return settings.directory.sha256OfModel();
    }

    private static void copy(byte[] head, FileChannel in, long start, long end, FileChannel out)
            throws IOException {
        ByteBuffer first = ByteBuffer.wrap(head);
        while (first.hasRemaining()) {
            out.write(first);
        }
        for (long at = start; at < end; ) {
            at += in.transferTo(at, end - at, out);
        }
    }

    private ModelVersion newest() {
        return settings.versions.newest().orElseThrow();
    }

    /** Work on a model in a file. */
    @FunctionalInterface
    private interface Reading<T> {
        T apply(HostVector model) throws IOException;
    }

    private <T> T reading(Path path, long payloadStart, Reading<T> work) throws IOException {
        try (FileChannel file = FileChannel.open(path, READ)) {
            return work.apply(HostVector.of(file, payloadStart, settings.setup.layout().size()));
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
