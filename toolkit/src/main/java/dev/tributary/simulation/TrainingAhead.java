package dev.tributary.simulation;

import dev.tributary.parameters.HostVector;
import dev.tributary.training.LocalResult;
import dev.tributary.training.TrainingException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains clients before their updates are due, so that all workers have something to do.
 *
 * <p>What a client's training comes to depends on the client, its model and its draws alone, so the
 * result is the same whenever it happens. Holds at most one update for each worker. One thread
 * calls.
 */
final class TrainingAhead {
    private final Federation federation;
    private final ClientWork work;

    /** By client, which works on one model at a time. */
    private final Map<String, Trained> results = new HashMap<>();

    private final Deque<ByteBuffer> spare = new ArrayDeque<>();

    TrainingAhead(Federation federation) {
        this.federation = federation;
        this.work = new ClientWork(federation);
    }

    /**
     * What a client came to.
     *
     * @param result null if there is no update
     * @param failure why not
     * @param memory holds the update until {@link #done}
     * @param magnitude its largest absolute value
     */
    record Trained(
            @Nullable LocalResult result, String failure, ByteBuffer memory, float magnitude) {
        HostVector update() {
            return HostVector.of(memory);
        }
    }

    /**
     * The result of one client; the others whose turn comes next train beside it.
     *
     * @param others also at work, in any order
     */
    Trained take(InFlight due, Collection<InFlight> others) throws InterruptedException {
        if (!results.containsKey(due.client())) {
            List<InFlight> batch = new ArrayList<>(List.of(due));
            int room = federation.workers().size() - 1 - results.size();
            others.stream()
                    .filter(other -> other.answers() && !results.containsKey(other.client()))
                    .sorted(InFlight.BY_END)
                    .limit(Math.max(0, room))
                    .forEach(batch::add);
            federation.workers().each(batch, this::train);
        }
        Trained trained = results.remove(due.client());
        if (trained == null) {
            throw new IllegalStateException(due.client() + " has not been trained");
        }
        return trained;
    }

    /** Its memory serves the next. */
    void done(Trained trained) {
        synchronized (spare) {
            spare.push(trained.memory);
        }
    }

    private void train(Worker worker, InFlight client) throws IOException {
        ByteBuffer memory = memory();
        Trained trained;
        try {
            LocalResult result =
                    work.train(
                            worker,
                            client.base().flat(),
                            client.client(),
                            client.base().number() + 1,
                            client.streams());
            worker.update().read(0, memory.clear());
            trained = new Trained(result, "", memory, worker.magnitude());
        } catch (TrainingException e) {
            trained = new Trained(null, String.valueOf(e.getMessage()), memory, 0);
        }
        synchronized (results) {
            results.put(client.client(), trained);
        }
    }

    private ByteBuffer memory() {
        synchronized (spare) {
            ByteBuffer memory = spare.poll();
            return memory == null
                    ? ByteBuffer.allocateDirect(
                            Math.toIntExact(federation.model().layout().bytes()))
                    : memory;
        }
    }
}
