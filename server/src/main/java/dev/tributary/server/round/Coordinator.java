package dev.tributary.server.round;

import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.RunStatus;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.GlobalModel;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.cohort.ClientRegistry;
import dev.tributary.server.store.RunJournal;
import dev.tributary.server.store.RunLedger;
import dev.tributary.server.telemetry.ServerMetrics;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The one thread that owns the state of a run.
 *
 * <p>Everybody else sends it messages through a mailbox. What clients send is bounded: when the
 * mailbox is full they are refused with {@link ErrorCode#BUSY}. All methods may be called from any
 * thread and none waits; futures complete on the coordinator's thread, so whoever has more to do
 * than to note the result does it elsewhere.
 */
public final class Coordinator implements RoundDesk, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final int MAX_MESSAGES = 65_536;

    /** Messages between two looks at the clock. */
    private static final int MAX_BATCH = 256;

    private final BlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(MAX_MESSAGES);
    private final CompletableFuture<RunStatus> end = new CompletableFuture<>();
    private final CompletableFuture<Void> told = new CompletableFuture<>();
    private final RoundClock clock;
    private final RunMachine machine;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Starts the thread; the run begins as soon as there are enough clients.
     *
     * @param recovery where the run was, if it goes on
     * @param clock this machine's time
     * @param silence how long an idle client may be silent before it is no longer asked
     */
    public Coordinator(
            RunPlan plan,
            RoundClock clock,
            Duration silence,
            GlobalModel model,
            RunJournal journal,
            RunLedger ledger,
            ServerMetrics metrics,
            Recovery recovery) {
        this.clock = clock;
        Run.Surroundings surroundings =
                new Run.Surroundings(model, journal, ledger, metrics, () -> post(() -> {}));
        ClientRegistry clients = new ClientRegistry(silence, ClientRegistry.DEFAULT_MAXIMUM);
        this.machine = new RunMachine(new Run(plan, clock, clients, surroundings), recovery);
        this.thread = new Thread(this::work, "coordinator");
        thread.setDaemon(true);
        thread.start();
    }

    private record Offered(CompletableFuture<UpdateReceipt> reply) {}

    /** What the round was a moment ago. */
    public RoundView view() {
        return machine.view();
    }

    @Override
    public boolean expects(int round, String clientId) {
        return view().expects(round, clientId);
    }

    /** Makes a client known. */
    public CompletableFuture<Boolean> register(ClientRegistration registration) {
        return ask(
                m -> {
                    m.register(registration);
                    return true;
                });
    }

    /** A client goes. */
    public CompletableFuture<Boolean> leave(String clientId) {
        return ask(
                m -> {
                    m.leave(clientId);
                    return true;
                });
    }

    /**
     * Waits for a task with a reply that other runs may complete too: whoever is first has it. The
     * reply is completed with nothing if none came in time.
     *
     * @return completes when the client waits here
     */
    public CompletableFuture<Boolean> poll(
            String clientId, CompletableFuture<Optional<RoundTask>> reply) {
        return ask(
                m -> {
                    m.poll(clientId, reply);
                    return true;
                });
    }

    /** A client tells how far it is. */
    public CompletableFuture<Boolean> progress(String clientId, ClientProgress progress) {
        return ask(
                m -> {
                    m.progress(clientId, progress);
                    return true;
                });
    }

    @Override
    public CompletableFuture<Optional<UpdateReceipt>> knock(
            int round, String clientId, Content content) {
        return ask(m -> m.knock(round, clientId, content));
    }

    @Override
    public CompletableFuture<Boolean> accepted(int round, String clientId) {
        return ask(m -> m.accepted(round, clientId));
    }

    @Override
    public CompletableFuture<UpdateReceipt> offer(SpooledUpdate update) {
        return ask(m -> new Offered(m.offer(update))).thenCompose(Offered::reply);
    }

    @Override
    public CompletableFuture<UpdateReceipt> offerSum(List<SpooledUpdate> updates) {
        return ask(m -> new Offered(m.offerSum(updates))).thenCompose(Offered::reply);
    }

    @Override
    public CompletableFuture<UpdateReceipt> reject(
            int round, String clientId, UpdateReceipt receipt) {
        return ask(m -> m.reject(round, clientId, receipt));
    }

    @Override
    public CompletableFuture<UpdateReceipt> report(
            int round, String clientId, EvaluationReport report) {
        return ask(m -> m.report(round, clientId, report));
    }

    @Override
    public void modelSent(@Nullable String clientId, long bytes) {
        post(() -> machine.modelSent(clientId, bytes));
    }

    /** Where the run is. */
    public CompletableFuture<RunStatus> status() {
        return ask(RunMachine::status);
    }

    /** Ends the run as soon as a round that has its updates is published. */
    public void stop(String reason) {
        post(() -> machine.stop(reason));
    }

    /** Completes when the run has ended and its result is on disk. */
    public CompletableFuture<RunStatus> end() {
        return end.copy();
    }

    /** Completes when the run has ended and every client that can be reached knows. */
    public CompletableFuture<Void> told() {
        return told.copy();
    }

    /** Registered clients, a moment ago. */
    public int clients() {
        return machine.clients();
    }

    /** Messages that wait. */
    public int waiting() {
        return mailbox.size();
    }

    /** Ends the thread, and all requests that wait; the run is left as it is. */
    @Override
    public void close() {
        post(() -> closed = true);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> CompletableFuture<T> ask(Function<RunMachine, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (closed) {
            answer.completeExceptionally(stopping());
        } else if (!room.tryAcquire()) {
            answer.completeExceptionally(
                    new RefusedException(ErrorCode.BUSY, "too many requests wait"));
        } else {
            Runnable message =
                    () -> {
                        room.release();
                        answer(question, answer);
                    };
            mailbox.add(message);
            if (closed && mailbox.remove(message)) {
                // The thread has ended meanwhile, and reads nothing any more.
                message.run();
            }
        }
        return answer;
    }

    private <T> void answer(Function<RunMachine, T> question, CompletableFuture<T> answer) {
        if (closed) {
            answer.completeExceptionally(stopping());
            return;
        }
        try {
            answer.complete(question.apply(machine));
        } catch (RefusedException e) {
            answer.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
            throw e;
        }
    }

    private void post(Runnable message) {
        mailbox.add(message);
    }

    private void work() {
        while (!closed) {
            try {
                step();
            } catch (InterruptedException e) {
                LOG.error("the coordinator was interrupted", e);
                closed = true;
            } catch (Throwable e) {
                LOG.error("the coordinator failed; the run ends", e);
                machine.abort(e);
            }
            settle();
        }
        machine.close();
        for (Runnable left = mailbox.poll(); left != null; left = mailbox.poll()) {
            left.run();
        }
    }

    private void step() throws InterruptedException {
        machine.advance();
        settle();
        long wait = machine.wakeNanos() - clock.nanos();
        Runnable message = mailbox.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
        for (int i = 1; message != null; i++) {
            message.run();
            message = i < MAX_BATCH ? mailbox.poll() : null;
        }
    }

    private void settle() {
        if (machine.ended()) {
            if (!end.isDone()) {
                end.complete(machine.status());
            }
            if (!told.isDone() && machine.allTold()) {
                told.complete(null);
            }
        }
    }

    private static RefusedException stopping() {
        return new RefusedException(ErrorCode.STOPPING, "the server is stopping");
    }
}
