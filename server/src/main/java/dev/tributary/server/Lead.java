package dev.tributary.server;

import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.config.RunFileException;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpoolFile;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.aggregation.SumReceiver;
import dev.tributary.server.aggregation.UpdateReceiver;
import dev.tributary.server.aggregation.UpdateReceiver.Address;
import dev.tributary.server.database.Agent;
import dev.tributary.server.database.Database;
import dev.tributary.server.database.NewRun;
import dev.tributary.server.database.Receipt;
import dev.tributary.server.database.RoundStart;
import dev.tributary.server.database.StoredRound;
import dev.tributary.server.database.StoredRun;
import dev.tributary.server.round.Recovery;
import dev.tributary.server.store.ReceiptLog;
import dev.tributary.server.store.RunDirectory;
import dev.tributary.server.store.RunLock;
import dev.tributary.strategy.RoundSchedule;
import dev.tributary.strategy.Strategy;
import dev.tributary.wire.WireException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The run that a server leads: a new one, or the unfinished one of that name.
 *
 * @param directory its files
 * @param lock shows other servers that it is led
 * @param stored as the database has it
 * @param resumed whether it goes on
 */
record Lead(RunDirectory directory, RunLock lock, StoredRun stored, boolean resumed) {
    private static final Logger LOG = LoggerFactory.getLogger(Lead.class);

    /**
     * Finds or makes the run.
     *
     * @throws IllegalArgumentException if the unfinished run of that name was another one
     */
    static Lead take(Database database, Path runs, RunConfig config, boolean beginAnew)
            throws IOException {
        String text = RunFile.write(config);
        for (StoredRun unfinished : database.runs().unfinished()) {
            boolean candidate = unfinished.asked().name().equals(config.name());
            Optional<Lead> lead = candidate ? takeUp(runs, unfinished) : Optional.empty();
            if (lead.isEmpty()) {
                continue;
            }
            if (!beginAnew) {
                requireSame(unfinished, text, lead.get().lock());
                return lead.get();
            }
            String why = "given up for a new run";
            database.runs().changeState(unfinished.asked().runId(), RunStatus.State.STOPPED, why);
            lead.get().lock().close();
        }
        return begin(database, runs, config, text);
    }

    /**
     * Notes a run that somebody will lead later.
     *
     * @return its id
     */
    static String submit(Database database, Path runs, RunConfig config) throws IOException {
        String text = RunFile.write(config);
        RunDirectory directory = RunDirectory.create(runs, config.name(), text);
        database.runs()
                .create(
                        new NewRun(directory.id(), config.name(), text, config.seed()),
                        RunStatus.State.QUEUED);
        return directory.id();
    }

    /** Takes up a run that has not ended; empty if its files are not here or others lead it. */
    static Optional<Lead> takeUp(Path runs, StoredRun stored) throws IOException {
        RunDirectory directory = new RunDirectory(runs.resolve(stored.asked().runId()));
        if (!Files.isDirectory(directory.spool()) || !Files.isDirectory(directory.versions())) {
            return Optional.empty();
        }
        return RunLock.tryTake(directory).map(lock -> new Lead(directory, lock, stored, true));
    }

    private static Lead begin(Database database, Path runs, RunConfig config, String text)
            throws IOException {
        RunDirectory directory = RunDirectory.create(runs, config.name(), text);
        RunLock lock = RunLock.tryTake(directory).orElseThrow();
        database.runs()
                .create(
                        new NewRun(directory.id(), config.name(), text, config.seed()),
                        RunStatus.State.WAITING);
        StoredRun stored = database.runs().find(directory.id()).orElseThrow();
        return new Lead(directory, lock, stored, false);
    }

    private static void requireSame(StoredRun unfinished, String text, RunLock lock)
            throws IOException {
        List<String> before = today(unfinished).lines().toList();
        List<String> now = text.lines().toList();
        if (before.equals(now)) {
            return;
        }
        lock.close();
        List<String> gone = new ArrayList<>(before);
        gone.removeAll(now);
        List<String> added = new ArrayList<>(now);
        added.removeAll(before);
        throw new IllegalArgumentException(
                ("run %s is not finished and was started with another run file: expected %s,"
                                + " found %s; start it with its own file to go on, or give the new"
                                + " run another name, or give up the old one with --new")
                        .formatted(unfinished.asked().runId(), shown(gone), shown(added)));
    }

    /** The run's file as this version writes it: an older one knew fewer settings. */
    private static String today(StoredRun run) {
        String text = run.asked().config();
        try {
            // All paths in it are absolute.
            return RunFile.write(RunFile.parse(text, run.asked().runId(), Path.of("")));
        } catch (RunFileException e) {
            return text;
        }
    }

    private static String shown(List<String> lines) {
        List<String> texts = lines.stream().map(String::strip).toList();
        return texts.isEmpty() ? "nothing more" : "\"" + String.join("\", \"", texts) + "\"";
    }

    String id() {
        return directory.id();
    }

    /**
     * What is left of the run; spool and log then hold nothing else.
     *
     * @param log what counts in a round that is open
     * @param setup what the run file stands for
     * @param wanted which of the clients that have been heard of may serve the run
     */
    Recovery recover(
            Database database, Spool spool, ReceiptLog log, RunSetup setup, Predicate<Agent> wanted)
            throws IOException {
        if (!resumed) {
            return Recovery.NONE;
        }
        StoredRound last = database.rounds().last(id()).orElse(null);
        List<Receipt> receipts = receipts(database, log, last);
        List<Receipt> earlier = earlier(database, last);
        List<SpooledUpdate> updates = List.of();
        Set<String> files = new HashSet<>();
        if (last != null && last.open()) {
            receipts.forEach(receipt -> files.add(receipt.spoolFile()));
            updates = reread(receipts, spool, setup);
        } else {
            log.clear();
        }
        // Of an asynchronous run, updates that count may be named by rounds that are over.
        if (last != null && !buffered(setup.strategy())) {
            spool.drop(last.open() ? last.start().round() - 1 : last.start().round());
        }
        spool.retain(files);
        return new Recovery(
                clients(database, wanted, involved(last, receipts, earlier)),
                database.metrics().history(id()),
                database.events().lastSequence(id()),
                last,
                receipts,
                updates,
                earlier);
    }

    /** Of the newest round: in the log while it is open, in the database once it has closed. */
    private List<Receipt> receipts(Database database, ReceiptLog log, @Nullable StoredRound last) {
        if (last == null) {
            return List.of();
        }
        RoundStart start = last.start();
        return last.open()
                ? log.found(start.round(), start.attempt())
                : database.receipts().accepted(id(), start.round());
    }

    private List<Receipt> earlier(Database database, @Nullable StoredRound last) {
        if (last == null) {
            return List.of();
        }
        int open = last.open() ? last.start().round() : last.start().round() + 1;
        return database.receipts().before(id(), open);
    }

    private List<SpooledUpdate> reread(List<Receipt> receipts, Spool spool, RunSetup setup)
            throws IOException {
        ParameterLayout layout = setup.model().layout();
        Precision precision = setup.config().training().updatePrecision();
        Strategy strategy = setup.strategy();
        List<SpooledUpdate> updates = new ArrayList<>();
        Map<String, SumReceiver.Found> sums = new HashMap<>();
        for (Receipt receipt : receipts) {
            int round = buffered(strategy) ? Spool.roundOf(receipt.spoolFile()) : receipt.round();
            Address address = new Address(id(), round, receipt.clientId());
            try {
                Content content = new Content(receipt.checksum(), receipt.bytes());
                SumReceiver.Found found = sums.get(receipt.spoolFile());
                if (found == null) {
                    SpoolFile file =
                            spool.reopen(
                                    receipt.round(),
                                    receipt.clientId(),
                                    receipt.spoolFile(),
                                    content);
                    if (!SumReceiver.isSum(file)) {
                        updates.add(
                                UpdateReceiver.reread(
                                        address, layout, precision, file, receipt.checksum()));
                        continue;
                    }
                    found = SumReceiver.reread(file, layout, strategy.weighting(), receipts);
                    sums.put(receipt.spoolFile(), found);
                }
                updates.add(found.update(receipt));
            } catch (IOException | WireException e) {
                LOG.error("{}: the accepted update is lost: {}", receipt.spoolFile(), e.toString());
            }
        }
        return updates;
    }

    private static boolean buffered(Strategy strategy) {
        return strategy.schedule() instanceof RoundSchedule.Buffered;
    }

    /** Who has had to do with the run: were it forgotten, what it sent might count twice. */
    private static Set<String> involved(
            @Nullable StoredRound last, List<Receipt> receipts, List<Receipt> earlier) {
        Set<String> clients = new HashSet<>();
        if (last != null) {
            clients.addAll(last.start().cohort());
        }
        receipts.forEach(receipt -> clients.add(receipt.clientId()));
        earlier.forEach(receipt -> clients.add(receipt.clientId()));
        return clients;
    }

    /** These, and who has been heard of since the run began, as far as a clock can tell. */
    private List<ClientRegistration> clients(
            Database database, Predicate<Agent> wanted, Set<String> involved) {
        return database.agents().list().stream()
                .filter(
                        agent ->
                                involved.contains(agent.agent().clientId())
                                        || !agent.lastSeen().isBefore(stored.created()))
                .filter(agent -> wanted.test(agent.agent()))
                .map(stored -> registration(stored.agent()))
                .toList();
    }

    private static ClientRegistration registration(Agent agent) {
        return new ClientRegistration(
                agent.clientId(),
                Paths.PROTOCOL_VERSION,
                agent.agentVersion(),
                agent.exampleCount(),
                agent.device(),
                agent.dataset());
    }
}
