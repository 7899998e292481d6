package dev.tributary.server.command;

import com.google.gson.JsonParseException;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.display.Evaluations;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.protocol.Headline;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.RoundMetrics;
import dev.tributary.server.store.RunDirectory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A run beside others: what it reached, and what that took.
 *
 * @param name of its row
 * @param config its run file
 * @param history its rounds
 * @param directory its files
 * @param headline by which it is judged
 */
record ComparedRun(
        String name,
        RunConfig config,
        List<RoundMetrics> history,
        Path directory,
        Headline headline) {

    /** A run that is judged by the measure that tells most of its task. */
    static ComparedRun of(RunConfig config, List<RoundMetrics> history, Path directory) {
        return new ComparedRun(config.name(), config, history, directory, Headline.of(history));
    }

    /**
     * A run that has been.
     *
     * @param root its directory
     * @throws CommandException if there is no run, or its files are damaged
     */
    static ComparedRun read(Path root) throws IOException {
        RunDirectory directory = new RunDirectory(root.toAbsolutePath().normalize());
        RunConfig config = RunFile.read(directory.runFile());
        if (!Files.isRegularFile(directory.metrics())) {
            throw new CommandException(
                    "%s: expected metrics.jsonl, which a run writes from its first round on"
                            .formatted(root));
        }
        List<RoundMetrics> history = new ArrayList<>();
        for (String line : Files.readAllLines(directory.metrics())) {
            try {
                history.add(Json.read(line, RoundMetrics.class));
            } catch (JsonParseException e) {
                throw new CommandException(
                        "%s, line %d: %s"
                                .formatted(directory.metrics(), history.size() + 1, e.getMessage()),
                        e);
            }
        }
        return of(config, history, directory.root());
    }

    ComparedRun named(String newName) {
        return new ComparedRun(newName, config, history, directory, headline);
    }

    ComparedRun judgedBy(Headline other) {
        return new ComparedRun(name, config, history, directory, other);
    }

    /** What counts as its result. */
    Evaluations evaluations() {
        return new Evaluations(Evaluations.of(history).personal(), headline);
    }

    /** Rounds in the final model. */
    int rounds() {
        return history.stream().mapToInt(RoundMetrics::round).max().orElse(0);
    }

    /** Of its headline, at the end. */
    @Nullable Double last() {
        return Evaluations.newest(history, evaluations()::headline);
    }

    /** Of the global model at the end, where clients have models of their own. */
    @Nullable Double global() {
        return Evaluations.newest(history, evaluations()::globalHeadline);
    }

    /** Of its headline, in any round. */
    @Nullable Double best() {
        return history.stream()
                .map(evaluations()::headline)
                .filter(Objects::nonNull)
                .reduce((one, other) -> headline.isAsGood(one, other) ? one : other)
                .orElse(null);
    }

    /** Whether its rounds have times on a virtual clock. */
    boolean hasClock() {
        return history.stream().anyMatch(round -> round.simulatedSeconds() != null);
    }

    /** What it took to be that good; all that the run took if there is no such target. */
    Cost cost(double target) {
        RoundMetrics end = Reached.target(history, evaluations(), target);
        if (end == null) {
            return Cost.NEVER;
        }
        long bytes = 0;
        double seconds = 0;
        for (RoundMetrics round : history) {
            if (round.round() <= end.round()) {
                bytes += round.bytesUp() + round.bytesDown();
                seconds += round.seconds() + round.evaluationSeconds();
            }
        }
        return new Cost(end.round(), bytes, seconds, end.simulatedSeconds());
    }

    /** What the whole run took. */
    Cost cost() {
        long bytes = history.stream().mapToLong(r -> r.bytesUp() + r.bytesDown()).sum();
        double seconds =
                history.stream().mapToDouble(r -> r.seconds() + r.evaluationSeconds()).sum();
        Double simulated =
                history.isEmpty() ? null : history.get(history.size() - 1).simulatedSeconds();
        return new Cost(rounds(), bytes, seconds, simulated);
    }

    /**
     * What something took; all null if it was never reached.
     *
     * @param rounds how many
     * @param bytes up and down
     * @param wallSeconds of this computer, evaluations included
     * @param simulatedSeconds on the virtual clock; null where there is none
     */
    record Cost(
            @Nullable Integer rounds,
            @Nullable Long bytes,
            @Nullable Double wallSeconds,
            @Nullable Double simulatedSeconds) {
        static final Cost NEVER = new Cost(null, null, null, null);
    }
}
