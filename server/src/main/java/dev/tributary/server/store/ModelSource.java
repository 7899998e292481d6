package dev.tributary.server.store;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Where versions of a run's model come from; thread-safe, and no call waits. */
@FunctionalInterface
public interface ModelSource {

    /** The version, whole and on disk; empty if it is not kept. */
    CompletableFuture<Optional<ModelVersion>> find(int version);
}
