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
import dev.tributary.server.telemetry.RunMetrics;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
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

    private final Mailbox mailbox = new Mailbox();
    private final CompletableFuture<RunStatus> end = new CompletableFuture<>();
    private final CompletableFuture<Void> told = new CompletableFuture<>();
    private final CompletableFuture<Void> noted = new CompletableFuture<>();
    private final RoundClock clock;
    private final RunLedger ledger;
    private final RunMachine machine;
    private final Thread thread;
    private volatile boolean keepsUpdates;

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
            RunMetrics metrics,
            Recovery recovery) {
        this.clock = clock;
        this.ledger = ledger;
        Run.Surroundings surroundings =
                new Run.Surroundings(model, journal, ledger, metrics, () -> mailbox.post(() -> {}));
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
        return view().expects(round, clientId) && ledger.obstacle().isEmpty();
    }

    @Override
    public boolean takesSums() {
        return ledger.obstacle().isEmpty();
    }

    /** Makes a client known. */
    public CompletableFuture<Boolean> register(ClientRegistration registration) {
        return tell(m -> m.register(registration));
    }

    /** A client goes. */
    public CompletableFuture<Boolean> leave(String clientId) {
        return tell(m -> m.leave(clientId));
    }

    /**
     * Waits for a task with a reply that other runs may complete too: whoever is first has it. The
     * reply is completed with nothing if none came in time.
     *
     * @return completes when the client waits here
     */
    public CompletableFuture<Boolean> poll(
            String clientId, CompletableFuture<Optional<RoundTask>> reply) {
        return tell(m -> m.poll(clientId, reply));
    }

    /** A client tells how far it is. */
    public CompletableFuture<Boolean> progress(String clientId, ClientProgress progress) {
        return tell(m -> m.progress(clientId, progress));
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
        mailbox.post(() -> machine.modelSent(clientId, bytes));
    }

    /** Where the run is. */
    public CompletableFuture<RunStatus> status() {
        return ask(RunMachine::status);
    }

    /** Ends the run as soon as a round that has its updates is published, if that can be. */
    public void stop(String reason) {
        mailbox.post(() -> machine.stop(reason));
    }

    /** Completes when the run has ended and its result is on disk, if that can be. */
    public CompletableFuture<RunStatus> end() {
        return end.copy();
    }

    /** Whether the run has ended, and updates stay on disk for whoever goes on with it. */
    public boolean keepsUpdates() {
        return keepsUpdates;
    }

    /** Completes when the run has ended and every client that can be reached knows. */
    public CompletableFuture<Void> told() {
        return told.copy();
    }

    /** Completes when the run has ended and the ledger has that, or it cannot be written to it. */
    public CompletableFuture<Void> noted() {
        return noted.copy();
    }

    /** Registered clients, a moment ago. */
    public int clients() {
        return machine.clients();
    }

    /** Messages that wait. */
    public int waiting() {
        return mailbox.waiting();
    }

    /** Ends the thread, and all requests that wait; the run is left as it is. */
    @Override
    public void close() {
        mailbox.post(mailbox::close);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> CompletableFuture<T> ask(Function<RunMachine, T> question) {
        return mailbox.ask(() -> question.apply(machine));
    }

    /** Completes when the machine knows. */
    private CompletableFuture<Boolean> tell(Consumer<RunMachine> news) {
        return mailbox.ask(
                () -> {
                    news.accept(machine);
                    return true;
                });
    }

    private void work() {
        while (!mailbox.closed()) {
            try {
                step();
            } catch (InterruptedException e) {
                LOG.error("the coordinator was interrupted", e);
                mailbox.close();
            } catch (Throwable e) {
                LOG.error("the coordinator failed; the run ends", e);
                machine.abort(e);
            }
            settle();
        }
        machine.close();
        mailbox.empty();
    }

    private void step() throws InterruptedException {
        machine.advance();
        settle();
        mailbox.take(machine.wakeNanos() - clock.nanos());
    }

    private void settle() {
        if (machine.ended()) {
            if (!end.isDone()) {
                keepsUpdates = machine.keepsUpdates();
                end.complete(machine.status());
            }
            if (!told.isDone() && machine.allTold()) {
                told.complete(null);
            }
            if (machine.isNoted()) {
                noted.complete(null);
            }
        }
    }
}
