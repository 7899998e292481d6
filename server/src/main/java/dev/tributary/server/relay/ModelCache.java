package dev.tributary.server.relay;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.Paths;
import dev.tributary.server.round.RefusedException;
import dev.tributary.server.store.ModelSource;
import dev.tributary.server.store.ModelVersion;
import dev.tributary.server.store.ModelVersions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest versions of a run's model, each fetched once, however many ask. Thread-safe.
 *
 * <p>A file gets its name when its checksum is what the parent said.
 */
final class ModelCache implements ModelSource {
    private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);
    private static final int KEPT = 2;

    private final Parent parent;
    private final String runId;
    private final Path directory;
    private final Patience patience;
    private final Map<Integer, CompletableFuture<Optional<ModelVersion>>> versions =
            new ConcurrentHashMap<>();

    /**
     * @param directory exists, empty
     */
    ModelCache(Parent parent, String runId, Path directory) {
        this(parent, runId, directory, Patience.OF_AGENTS);
    }

    ModelCache(Parent parent, String runId, Path directory, Patience patience) {
        this.parent = parent;
        this.runId = runId;
        this.directory = directory;
        this.patience = patience;
    }

    @Override
    public CompletableFuture<Optional<ModelVersion>> find(int version) {
        return patience.bound(fetched(version), "model version " + version);
    }

    private CompletableFuture<Optional<ModelVersion>> fetched(int version) {
        CompletableFuture<Optional<ModelVersion>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<ModelVersion>> first = versions.putIfAbsent(version, mine);
        if (first != null) {
            return first;
        }
        Path part = directory.resolve("v" + version + ".part");
        CompletableFuture<Void> unused =
                parent.download(Paths.model(runId, version), part)
                        .thenApply(checksum -> checksum.map(sum -> keep(version, part, sum)))
                        .handle(
                                (found, failure) -> {
                                    if (failure != null || found.isEmpty()) {
                                        versions.remove(version, mine);
                                    }
                                    if (failure != null) {
                                        mine.completeExceptionally(failure);
                                        return null;
                                    }
                                    mine.complete(found);
                                    // One that is not there must not cost those that are.
                                    found.ifPresent(kept -> dropBefore(version));
                                    return null;
                                });
        return mine;
    }

    private ModelVersion keep(int version, Path part, String checksum) {
        try {
            ModelVersion found = ModelVersions.read(version, part);
            if (!found.checksum().equals(checksum)) {
                throw new RefusedException(
                        ErrorCode.STOPPING,
                        "model version %d from the parent: expected CRC-32C %s, found %s"
                                .formatted(version, checksum, found.checksum()));
            }
            Path path = directory.resolve("v" + version + ".safetensors");
            Files.move(part, path, ATOMIC_MOVE, REPLACE_EXISTING);
            return new ModelVersion(
                    version, path, found.bytes(), found.payloadStart(), found.checksum());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void dropBefore(int newest) {
        for (int version : List.copyOf(versions.keySet())) {
            if (version <= newest - KEPT) {
                versions.remove(version);
                try {
                    Files.deleteIfExists(directory.resolve("v" + version + ".safetensors"));
                } catch (IOException e) {
                    LOG.warn("model version {} was not deleted: {}", version, e.toString());
                }
            }
        }
    }
}
