package dev.tributary.server.aggregation;

import static java.nio.file.StandardOpenOption.READ;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.files.DurableFiles;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.SafetensorsHeader;
import dev.tributary.server.aggregation.AggregationService.Settings;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.server.store.ModelVersions.Draft;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The global model, which moves from the file of one version to that of the next. What acts on it
 * is a {@link DeviceModel}; what has been folded of the round is in {@link RoundFolds}.
 *
 * <p>Belongs to the aggregation thread.
 */
final class VersionedModel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VersionedModel.class);

    private final Settings settings;
    private final byte[] header;
    private final DeviceModel model;
    private final RoundFolds folds;
    private volatile int managedArrays;

    /**
     * Whether a step broke off: the model in its file has not moved, but what the server optimizer
     * remembers may have.
     */
    private boolean torn;

    /** The model that has moved and is not published. */
    private @Nullable Draft moved;

    /** If there is no version yet, publishes the initial parameters as version 0. */
    VersionedModel(Settings settings) throws IOException {
        this.settings = settings;
        header = SafetensorsHeader.of(settings.setup().layout(), settings.metadata()).encode();
        if (settings.versions().newest().isEmpty()) {
            publishInitial();
        }
        model = new DeviceModel(settings.device(), settings.setup(), settings.strategy());
        folds = new RoundFolds(model);
        beginWithState();
    }

    private void publishInitial() throws IOException {
        Draft draft =
                settings.versions()
                        .draft(
                                header,
                                sink ->
                                        DeviceModel.initial(
                                                settings.device(), settings.setup(), sink));
        settings.versions().publish(0, draft).force();
    }

    /**
     * What the server optimizer remembered at the newest version; at version 0 it is new itself.
     */
    private void beginWithState() throws IOException {
        Path state = settings.versions().statePath(newest().version());
        if (newest().version() == 0) {
            model.saveState(state);
        } else {
            model.restoreState(state);
        }
    }

    /** Folds an update, or remembers why it cannot. */
    void fold(SpooledUpdate update) {
        folds.add(update, newest().version() - update.metadata().modelVersion());
    }

    /** Forgets what was folded. */
    void reset() {
        folds.reset();
    }

    /** The round is over for good. */
    void drop(int round) {
        try {
            settings.spool().drop(round);
            settings.versions().dropOld();
        } catch (IOException e) {
            // Wastes disk space until the next round ends, and nothing else.
            LOG.warn("the files of round {} were not cleared: {}", round, e.toString());
        }
    }

    /** Writes the model as it is to be, which nobody can find yet. */
    void step(int clients) throws IOException {
        folds.requireWhole();
        ModelVersion newest = newest();
        if (torn) {
            model.restoreState(settings.versions().statePath(newest.version()));
        }
        torn = true;
        Draft draft =
                reading(
                        newest,
                        before ->
                                settings.versions()
                                        .draft(header, sink -> model.step(before, sink, clients)));
        model.next();
        moved = draft;
        torn = false;
        folds.release();
    }

    /** Lets clients find the model that has moved. */
    ModelVersion publish(int version) throws IOException {
        Draft draft = moved;
        if (draft == null) {
            throw new IllegalStateException("the model has not moved since it was published");
        }
        // First: a version that can be found can be gone on from.
        model.saveState(settings.versions().statePath(version));
        ModelVersion published = settings.versions().publish(version, draft);
        moved = null;
        managedArrays = model.managedArrays();
        return published;
    }

    /** The newest version on the server's test set. */
    EvaluationResult evaluate() throws IOException {
        return reading(newest(), model::evaluate);
    }

    /**
     * Writes a version as the result.
     *
     * @return SHA-256 of the file, in hex
     */
    String save(int round) throws IOException {
        Map<String, String> metadata = new HashMap<>(settings.metadata());
        metadata.put("round", Integer.toString(round));
        // What was exchanged beside the model is behind it.
        ParameterLayout layout = settings.setup().layout().model();
        byte[] head = SafetensorsHeader.of(layout, metadata).encode();
        // Not the newest: what moved in a round that was not closed is not the result.
        ModelVersion kept = settings.versions().at(round).orElseThrow();
        long start = kept.payloadStart();
        try (FileChannel in = FileChannel.open(kept.path(), READ)) {
            DurableFiles.write(
                    settings.directory().model(),
                    out -> copy(head, in, start, start + layout.bytes(), out));
        }
        return settings.directory().sha256OfModel();
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
        return settings.versions().newest().orElseThrow();
    }

    /** Work on a model in a file. */
    @FunctionalInterface
    private interface Reading<T> {
        T apply(HostVector model) throws IOException;
    }

    private <T> T reading(ModelVersion version, Reading<T> work) throws IOException {
        try (FileChannel file = FileChannel.open(version.path(), READ)) {
            long size = settings.setup().layout().size();
            return work.apply(HostVector.of(file, version.payloadStart(), size));
        }
    }

    /** Whether sums of updates can be folded in place of each; for any thread. */
    boolean addsUp() {
        return model.addsUp();
    }

    /** Arrays and scopes alive when the model was last published; for any thread. */
    int managedArrays() {
        return managedArrays;
    }

    @Override
    public void close() {
        model.close();
        folds.release();
    }
}
