package dev.tributary.agent.state;

import dev.tributary.parameters.HostTransfer.ChunkSink;
import dev.tributary.protocol.RoundTask;
import dev.tributary.wire.TensorBody;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One client's files. */
final class DiskState implements ClientState {
    private static final Logger LOG = LoggerFactory.getLogger(DiskState.class);

    private final RunDirectories runs;

    DiskState(Path directory) {
        this.runs = new RunDirectories(directory);
    }

    @Override
    public Optional<StoredUpdate> update(RoundTask task) {
        Optional<UpdateFile> file =
                runs.find(task.runId()).map(UpdateFile::new).filter(UpdateFile::exists);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            StoredUpdate stored = file.get().read();
            if (stored.record().answers(task)) {
                return Optional.of(stored);
            }
        } catch (IOException e) {
            LOG.warn(
                    "the update kept for round {} of run {} is damaged and dropped: {}",
                    task.round(),
                    task.runId(),
                    e.getMessage());
        }
        dropUpdate(task.runId());
        return Optional.empty();
    }

    @Override
    public boolean keepUpdate(UpdateRecord record, TensorBody body) throws IOException {
        new UpdateFile(runs.make(record.task().runId())).write(record, body);
        return true;
    }

    @Override
    public void dropUpdate(String runId) {
        try {
            Optional<Path> directory = runs.find(runId);
            if (directory.isPresent()) {
                new UpdateFile(directory.get()).delete();
            }
        } catch (IOException e) {
            LOG.warn("the update of run {} was not deleted: {}", runId, e.toString());
        }
    }

    @Override
    public Optional<HeldModel> model(String runId, int version) {
        Optional<Path> file = runs.find(runId).map(DiskState::modelFile).filter(Files::exists);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            HeldModel held = HeldModel.open(file.get());
            ModelRecord record = held.record();
            if (record.runId().equals(runId) && record.version() == version) {
                return Optional.of(held);
            }
            held.close();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("the model kept of run {} is damaged: {}", runId, e.getMessage());
        }
        return Optional.empty();
    }

    @Override
    public Optional<HeldModel> beginModel(ModelRecord record) {
        try {
            Path file = modelFile(runs.make(record.runId()));
            return Optional.of(HeldModel.create(file, record));
        } catch (IOException e) {
            LOG.warn("model version {} is not kept: {}", record.version(), e.toString());
            return Optional.empty();
        }
    }

    @Override
    public boolean recall(String runId, int round, long bytes, ChunkSink sink) {
        return runs.find(runId)
                .map(directory -> new MemoryFiles(directory).read(round, bytes, sink))
                .orElse(false);
    }

    @Override
    public void remember(RoundTask task, List<ByteBuffer> memory) throws IOException {
        new MemoryFiles(runs.make(task.runId())).write(task, memory);
    }

    @Override
    public void dropRun(String runId) {
        runs.delete(runId);
    }

    private static Path modelFile(Path directory) {
        return directory.resolve("model");
    }
}
