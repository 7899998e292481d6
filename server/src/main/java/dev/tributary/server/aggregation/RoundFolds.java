package dev.tributary.server.aggregation;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was folded in a round, and what went wrong with it. Belongs to the aggregation thread.
 *
 * <p>Files of updates that the aggregator keeps stay open until the model has moved, or the round
 * is reset.
 */
final class RoundFolds {
    private final DeviceModel model;

    /** What went wrong with an update. */
    private @Nullable Throwable broken;

    /** Updates of sums that were folded, and have not been counted. */
    private final Map<String, Integer> awaitedOfSums = new HashMap<>();

    /** Folded, and to be read again when the round is over. */
    private final List<SpooledUpdate> kept = new ArrayList<>();

    RoundFolds(DeviceModel model) {
        this.model = model;
    }

    /** Folds an update, or remembers why it cannot; its file is released here, or kept. */
    void add(SpooledUpdate update) {
        try {
            if (broken == null) {
                foldOrCount(update);
            }
        } catch (Throwable e) {
            // Errors too: a fold that is lost must fail the round that counted it.
            broken = e;
        } finally {
            if (model.keepsUpdates()) {
                kept.add(update);
            } else {
                update.release();
            }
        }
    }

    /**
     * All that counts is in the sum, and nothing else.
     *
     * @throws IOException if not
     */
    void requireWhole() throws IOException {
        if (broken != null) {
            throw new IOException("an accepted update could not be folded: " + broken, broken);
        }
        if (!awaitedOfSums.isEmpty()) {
            throw new IOException("sums hold updates that do not count: " + awaitedOfSums.keySet());
        }
    }

    /** Nothing of the round counts. */
    void reset() {
        broken = null;
        awaitedOfSums.clear();
        model.reset();
        release();
    }

    /** Nobody reads the updates again. */
    void release() {
        kept.forEach(SpooledUpdate::release);
        kept.clear();
    }

    /** A sum is folded with the first of its updates; it counts if all of them do. */
    private void foldOrCount(SpooledUpdate update) throws IOException {
        SpooledSum sum = update.sum();
        if (sum == null) {
            model.fold(update);
            return;
        }
        String name = update.file().name();
        Integer awaited = awaitedOfSums.get(name);
        if (awaited == null) {
            model.fold(sum);
            awaited = sum.metadata().parts().size();
        }
        if (awaited > 1) {
            awaitedOfSums.put(name, awaited - 1);
        } else {
            awaitedOfSums.remove(name);
        }
    }
}
