package dev.tributary.agent.doctor;

import ai.djl.util.Utils;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.cli.CredentialsOption;
import dev.tributary.device.NativeStack;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** {@code tributary doctor}: whether this machine is ready, and what to do if it is not. */
@Command(
        name = "doctor",
        description = {
            "Look at this machine: Java, memory, disks, native libraries, GPUs.",
            "With --credentials, also at whose they are, and until when."
        })
public final class DoctorCommand implements CommandProvider, Callable<Integer> {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--require-gpu", description = "Fail if no GPU can be used.")
    private boolean requireGpu;

    @Mixin private CredentialsOption credentials = new CredentialsOption();

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    /** For the service loader. */
    public DoctorCommand() {}

    @Override
    public int order() {
        return 70;
    }

    @Override
    public Integer call() {
        NativeStack.prepare();
        List<Finding> findings = new ArrayList<>(MachineProbe.look(Utils.getCacheDir()));
        findings.addAll(CredentialProbe.look(credentials, Instant.now()));
        findings.addAll(EngineProbe.look(GpuDriver.ask(), requireGpu));
        List<Finding> problems =
                findings.stream().filter(f -> f.level() == Finding.Level.PROBLEM).toList();
        print(findings, problems.isEmpty());
        if (!problems.isEmpty()) {
            throw new CommandException(problems.get(0).name() + ": " + problems.get(0).text());
        }
        return 0;
    }

    private void print(List<Finding> findings, boolean healthy) {
        PrintWriter out = Objects.requireNonNull(spec, "spec is null").commandLine().getOut();
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("ok", healthy);
            result.put("findings", findings);
            out.println(JSON.toJson(result));
        } else {
            for (Finding finding : findings) {
                out.printf("%-11s %s%n", finding.name(), mark(finding) + finding.text());
            }
        }
        out.flush();
    }

    private static String mark(Finding finding) {
        return switch (finding.level()) {
            case OK -> "";
            case NOTE -> "note: ";
            case PROBLEM -> "PROBLEM: ";
        };
    }
}
