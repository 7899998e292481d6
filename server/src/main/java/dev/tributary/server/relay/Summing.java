package dev.tributary.server.relay;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

import dev.tributary.aggregate.ExactWeightedMean;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.RunLayout;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.relay.Gathering.Held;
import dev.tributary.strategy.Weighting;
import dev.tributary.wire.SumBody;
import dev.tributary.wire.SumMetadata;
import dev.tributary.wire.SumMetadata.Part;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The thread that adds updates up, exactly as the server would: its sums are the server's, bit for
 * bit. It owns every array of a relay, and frees them with each sum.
 */
final class Summing implements AutoCloseable {
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread fresh = new Thread(task, "summing");
                        fresh.setDaemon(true);
                        return fresh;
                    });

    /**
     * Adds updates and writes their sum.
     *
     * @param held at least one, of one round and model version
     * @param file written over
     * @return the file's CRC-32C, in hex; fails if the sum cannot be made
     */
    CompletableFuture<String> write(RunLayout facts, int round, List<Held> held, Path file) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return writeNow(facts, round, held, file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                thread);
    }

    private static String writeNow(RunLayout facts, int round, List<Held> held, Path file)
            throws IOException {
        ParameterLayout layout = facts.toLayout();
        Weighting weighting = facts.byExamples() ? Weighting.BY_EXAMPLES : Weighting.UNIFORM;
        List<Part> parts = held.stream().map(one -> part(one.update())).toList();
        int version = held.get(0).update().metadata().modelVersion();
        if (held.stream().anyMatch(one -> one.update().metadata().modelVersion() != version)) {
            throw new IllegalArgumentException("sum: expected updates of one model version");
        }
        SumMetadata metadata = new SumMetadata(facts.runId(), round, version, parts);
        NativeStack.engine();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                ExactWeightedMean sum = new ExactWeightedMean(manager, layout);
                FileChannel out =
                        FileChannel.open(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE)) {
            for (Held one : held) {
                add(one.update(), layout, weighting, sum);
            }
            SumBody.write(out, metadata, sum);
            // What the parent will check, before it is sent.
            return SumBody.check(out, layout, weighting).checksum();
        }
    }

    private static void add(
            SpooledUpdate update,
            ParameterLayout layout,
            Weighting weighting,
            ExactWeightedMean sum)
            throws IOException {
        HostVector vector = update.vector(layout);
        double weight = weighting.of(update.metadata().exampleCount());
        sum.accumulate(vector, update.magnitude(), weight);
    }

    private static Part part(SpooledUpdate update) {
        return new Part(
                update.metadata().clientId(),
                update.metadata().exampleCount(),
                update.metadata().trainLoss(),
                update.magnitude(),
                update.checksum(),
                update.bytes());
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
