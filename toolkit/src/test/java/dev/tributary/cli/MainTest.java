package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

class MainTest {
    private static final Terminal PIPE = new Terminal(false, false, false, 80, 24);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpListsTheCommandsOfAllProvidersInTheirOrder() {
        int exit = run("--help");

        assertThat(exit).isZero();
        assertThat(out.toString())
                .contains("Usage: tributary", "--debug", "--version", "Commands:")
                .containsSubsequence("  count ", "  fail ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void noCommandShowsTheHelp() {
        assertThat(run()).isZero();
        assertThat(out.toString()).startsWith("Usage: tributary");
    }

    @Test
    void versionNamesWhatItRunsOnWithoutLoadingTheEngine() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString())
                .contains("Tributary development", "DJL 0.", "PyTorch 2.", "JDK ")
                .doesNotContain("none", "unknown");
    }

    @Test
    void commandRunsAndItsExitCodeIsTheExitCode() {
        assertThat(run("count", "--to", "7")).isEqualTo(7);
        assertThat(out.toString()).isEqualTo("counted to 7" + System.lineSeparator());
    }

    @Test
    void commandHelpShowsTheCommonOptionsToo() {
        assertThat(run("count", "--help")).isZero();
        assertThat(out.toString()).contains("Usage: tributary count", "--to", "--debug");
    }

    @Test
    void nameOfAValueStaysOnOneLine() {
        for (int width = 80; width <= 120; width++) {
            out.getBuffer().setLength(0);
            Terminal colored = new Terminal(false, true, false, width, 24);
            assertThat(run(colored, "count", "--help")).isZero();
            String help = out.toString().replaceAll("\u001b\\[[0-9;]*m", "");
            assertThat(help.substring(0, help.indexOf("Counts."))).contains("[--until=<file.csv>]");
            assertThat(help.lines().mapToInt(String::length).max().orElseThrow())
                    .isLessThanOrEqualTo(width);
        }
    }

    @Test
    void helpBeforeACommandIsHelpOfIt() {
        assertThat(run("help", "count")).isZero();
        assertThat(out.toString()).contains("Usage: tributary count", "--to");
        out.getBuffer().setLength(0);

        assertThat(run("help")).isZero();
        assertThat(out.toString()).contains("Usage: tributary [", "Commands:");
    }

    @Test
    void unknownCommandIsOneLineWithSuggestionsAndExitTwo() {
        assertThat(run("cuont")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        line(
                                "tributary: unknown command 'cuont'; did you mean count?"
                                        + " (see 'tributary --help')"));
    }

    @Test
    void suggestionIsTheNearestOrNone() {
        assertThat(run("conut")).isEqualTo(2);
        assertThat(run("wholly-different")).isEqualTo(2);
        assertThat(run("count", "-x")).isEqualTo(2);
        assertThat(err.toString())
                .contains("'conut'; did you mean count? (")
                .contains("unknown command 'wholly-different' (see")
                .contains("unknown option '-x' (see");
    }

    @Test
    void settingWithoutValueIsToldWithoutStammering() {
        assertThat(run("count", "--setting", "a")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("tributary: value for option '--setting' (<key=value>) should be");
    }

    @Test
    void unknownOptionIsOneLineWithSuggestionsAndExitTwo() {
        assertThat(run("count", "--too=3")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        line(
                                "tributary: unknown option '--too=3'; did you mean --to?"
                                        + " (see 'tributary count --help')"));
    }

    @Test
    void wrongValueIsOneLineThatNamesOptionAndValue() {
        assertThat(run("count", "--to=many")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        line(
                                "tributary: invalid value for option '--to': 'many' is not an int"
                                        + " (see 'tributary count --help')"));
    }

    @Test
    void expectedFailureIsItsMessageAndExitOne() {
        assertThat(run("fail", "--how=expected")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(line("tributary: no run here: no such file: run.yaml"));
    }

    @Test
    void unexpectedFailureIsOneLineToo() {
        assertThat(run("fail", "--how=defect")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(
                        line("tributary: internal error, --debug shows where: something is null"));
    }

    @Test
    void errorThatIsNoExceptionIsOneLineToo() {
        assertThat(run("fail", "--how=link")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(line("tributary: internal error, --debug shows where: no libtorch.so"));
    }

    @Test
    void debugShowsTheStackTraceWhereverItStands() {
        assertThat(run("--debug", "fail", "--how=expected")).isEqualTo(1);
        assertThat(err.toString()).contains("no run here", "\tat ", "Caused by: ");
        err.getBuffer().setLength(0);

        assertThat(run("fail", "--how=link", "--debug")).isEqualTo(1);
        assertThat(err.toString()).contains("no libtorch.so", "\tat ");
        err.getBuffer().setLength(0);

        assertThat(run("count", "--too", "--debug")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown option", "\tat ");
    }

    @Test
    void providerThatDoesNotLoadIsOneLineToo() {
        int exit =
                Main.run(
                        () -> {
                            throw new java.util.ServiceConfigurationError("Provider x not found");
                        },
                        PIPE,
                        new PrintWriter(out),
                        new PrintWriter(err));

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString()).isEqualTo(line("tributary: Provider x not found"));
    }

    private int run(String... arguments) {
        return run(PIPE, arguments);
    }

    private int run(Terminal terminal, String... arguments) {
        return Main.run(
                () -> List.of(new FailCommand(), new CountCommand()),
                terminal,
                new PrintWriter(out),
                new PrintWriter(err),
                arguments);
    }

    private static String line(String text) {
        return text + System.lineSeparator();
    }

    @Command(name = "count", description = "Counts.")
    private static final class CountCommand implements CommandProvider, Callable<Integer> {
        @Option(names = "--to", description = "How far.")
        private int to = 1;

        @Option(names = "--until", paramLabel = "<file.csv>", description = "What ends it.")
        private String until = "";

        @Option(names = "--setting", paramLabel = "<key=value>", description = "A setting.")
        private Map<String, String> settings = new HashMap<>();

        @picocli.CommandLine.Spec
        private picocli.CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

        @Override
        public int order() {
            return 10;
        }

        @Override
        public Integer call() {
            if (spec != null) {
                spec.commandLine().getOut().println("counted to " + to + until);
                settings.forEach((key, value) -> spec.commandLine().getOut().println(key + value));
            }
            return to;
        }
    }

    @Command(name = "fail", description = "Fails.")
    private static final class FailCommand implements CommandProvider, Runnable {
        @Option(names = "--how", description = "In which way.")
        private String how = "";

        @Override
        public int order() {
            return 20;
        }

        @Override
        public void run() {
            switch (how) {
                case "expected" -> {
                    IOException cause = new NoSuchFileException("run.yaml");
                    throw new CommandException("no run here", new UncheckedIOException(cause));
                }
                case "link" -> throw new UnsatisfiedLinkError("no libtorch.so");
                default -> throw new NullPointerException("something is null");
            }
        }
    }
}
