package dev.tributary.server.command;

import dev.tributary.server.command.ComparedRun.Cost;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A comparison for other programs: whole numbers and seconds; what is not known is empty. The
 * global model's value is there where all others are of clients' own models.
 */
final class ComparisonCsv {
    private ComparisonCsv() {}

    static String of(Comparison comparison) {
        boolean target = comparison.target().isPresent();
        String to = target ? "_to_target" : "";
        List<String> lines = new ArrayList<>();
        lines.add(
                line(
                        "run",
                        "strategy",
                        "target",
                        "rounds" + to,
                        "best_" + comparison.key(),
                        comparison.key(),
                        "bytes" + to,
                        "simulated_seconds" + to,
                        "seconds" + to,
                        "global_" + comparison.key()));
        for (ComparedRun run : comparison.runs()) {
            Cost cost = comparison.cost(run);
            lines.add(
                    line(
                            run.name(),
                            run.config().strategy().name(),
                            target ? comparison.target().getAsDouble() : null,
                            cost.rounds(),
                            run.best(),
                            run.last(),
                            cost.bytes(),
                            cost.simulatedSeconds(),
                            cost.wallSeconds(),
                            run.global()));
        }
        return String.join("\n", lines) + "\n";
    }

    /** Names hold neither commas nor quotes. */
    private static String line(@Nullable Object... cells) {
        return Arrays.stream(cells)
                .map(cell -> cell == null ? "" : cell.toString())
                .collect(Collectors.joining(","));
    }
}
