package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.display.FederationDisplay;
import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.protocol.Headline;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.SimulatedRun;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** {@code tributary compare a.yaml b.yaml}: what several runs reach, and what that takes. */
@Command(
        name = "compare",
        description = {
            "Simulate several runs, or read what they left, and put them side by side.",
            "One table and one chart, printed and written as Markdown, CSV and SVG."
        })
public final class CompareCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 16;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "<run>",
            description = "Run files, which are simulated, and directories of runs that have been.")
    private List<Path> sources = List.of();

    @Mixin private SimulationOptions options = new SimulationOptions();

    @Option(
            names = "--target",
            paramLabel = "<value>",
            description =
                    "The accuracy whose price is told, or the AUC or RMSE where runs are judged by"
                            + " that (default: the lowest stop.accuracy of the runs).")
    private @Nullable Double target;

    @Option(
            names = "--out",
            defaultValue = "comparison",
            paramLabel = "<dir>",
            description =
                    "Where comparison.md, .csv and .svg are written (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("comparison");

    @Option(names = "--json", description = "Print the result as JSON, as the last line.")
    private boolean json;

    /** For the service loader. */
    public CompareCommand() {}

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (target != null && !(target > 0 && Double.isFinite(target))) {
            throw new CommandException("--target: expected a number above 0, found " + target);
        }
        requireReadable();
        List<ComparedRun> runs = new ArrayList<>();
        for (Path source : sources) {
            runs.add(Files.isDirectory(source) ? ComparedRun.read(source) : simulate(source));
            requireReachable(Comparison.headline(runs));
        }
        Comparison comparison = new Comparison(runs, target(runs));
        comparison.write(out);
        tell(comparison);
        return 0;
    }

    /** What the runs are judged by is known from the first of them on. */
    private void requireReachable(Headline headline) {
        if (target != null && target > headline.most()) {
            throw new CommandException(
                    "--target: expected a number in (0, 1], for these runs are judged by their %s,"
                                    .formatted(headline.label())
                            + " found "
                            + target);
        }
    }

    private void warnOfDifferentData(Set<String> data) {
        if (data.size() > 1) {
            CommandLine line = Objects.requireNonNull(spec, "spec is null").commandLine();
            line.getErr()
                    .println(
                            "warning: the runs are about different data, so that their figures do"
                                    + " not compare: "
                                    + String.join("; ", data));
        }
    }

    /** Nobody wants to hear after an hour that the last file is wrong. */
    private void requireReadable() throws IOException {
        Set<String> data = new TreeSet<>();
        for (Path source : sources) {
            if (Files.isDirectory(source)) {
                data.add(describeData(ComparedRun.read(source).config().data()));
            } else {
                RunConfig config = options.config(source);
                options.threads(config);
                data.add(describeData(config.data()));
            }
        }
        warnOfDifferentData(data);
    }

    /** The data set and its options, but not how it is shared, which may be what is compared. */
    private static String describeData(DataConfig data) {
        Map<String, String> options = new TreeMap<>(data.options());
        return data.dataset() + (options.isEmpty() ? "" : " " + options);
    }

    private ComparedRun simulate(Path runFile) throws IOException, InterruptedException {
        RunConfig config = options.config(runFile);
        int threads = options.threads(config);
        try (FederationDisplay display = SimulateCommand.display(json);
                SimulatedRun run = new SimulatedRun(config, options.runsDirectory(), threads);
                SimulationThread thread = new SimulationThread(run, display)) {
            RunStatus last = thread.run(new SimulationWatch(System.nanoTime()));
            if (last.state() != RunStatus.State.FINISHED) {
                throw new CommandException(
                        "%s ended as %s: %s".formatted(runFile, last.state(), last.message()));
            }
            Path directory = run.directory().toAbsolutePath().normalize();
            return ComparedRun.of(config, last.history(), directory);
        }
    }

    private OptionalDouble target(List<ComparedRun> runs) {
        if (target != null) {
            return OptionalDouble.of(target);
        }
        return Comparison.headline(runs) != Headline.ACCURACY
                ? OptionalDouble.empty()
                : runs.stream()
                        .map(run -> run.config().stop().accuracy())
                        .filter(OptionalDouble::isPresent)
                        .mapToDouble(OptionalDouble::getAsDouble)
                        .min();
    }

    private void tell(Comparison comparison) {
        PrintWriter writer = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        if (json) {
            writer.println(comparison.toJson(out));
        } else {
            writer.println(comparison.table().toText());
            writer.println();
            writer.println("Files: " + out.resolve("comparison.md") + ", .csv and .svg");
        }
        writer.flush();
    }
}
