package dev.tributary.agent.doctor;

import com.sun.management.OperatingSystemMXBean;

import dev.tributary.agent.command.StateOptions;
import dev.tributary.cli.Format;
import dev.tributary.cli.Versions;
import dev.tributary.files.PrivateFiles;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Java, processors, memory, disks, the server's usual port. */
final class MachineProbe {
    private static final int SERVER_PORT = 8080;
    private static final long LITTLE_DISK_BYTES = 1_000_000_000;

    private MachineProbe() {}

    static List<Finding> look(Path cacheDirectory) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("java", Versions.jdk() + " at " + System.getProperty("java.home")));
        findings.add(
                Finding.ok(
                        "system",
                        "%s %s %s"
                                .formatted(
                                        System.getProperty("os.name"),
                                        System.getProperty("os.version"),
                                        System.getProperty("os.arch"))));
        findings.add(memory());
        Path runs = Path.of("runs");
        findings.add(disk("runs-disk", runs));
        findings.addAll(access("runs-access", runs));
        findings.addAll(access("state-access", StateOptions.standard(System.getenv())));
        findings.add(disk("cache-disk", cacheDirectory));
        findings.add(port());
        return findings;
    }

    private static Finding memory() {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return Finding.ok(
                "memory",
                "%d cores, %s of %s memory free, Java heap up to %s"
                        .formatted(
                                Runtime.getRuntime().availableProcessors(),
                                Format.bytes(system.getFreeMemorySize()),
                                Format.bytes(system.getTotalMemorySize()),
                                Format.bytes(Runtime.getRuntime().maxMemory())));
    }

    private static Finding disk(String name, Path directory) {
        Path existing = directory.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            String text = "%s: %s free".formatted(directory, Format.bytes(free));
            if (!Files.isWritable(existing)) {
                return Finding.problem(name, existing + " cannot be written");
            }
            return free < LITTLE_DISK_BYTES ? Finding.note(name, text) : Finding.ok(name, text);
        } catch (IOException e) {
            return Finding.note(name, directory + ": " + e.getMessage());
        }
    }

    /** Nothing where there is no such directory, or nobody else can look into it. */
    static List<Finding> access(String name, Path directory) {
        return Files.isDirectory(directory) && PrivateFiles.isOpenToOthers(directory)
                ? List.of(
                        Finding.note(
                                name,
                                directory
                                        + ": other users can look into it; chmod go= ends that,"
                                        + " if it is not meant"))
                : List.of();
    }

    private static Finding port() {
        try (ServerSocket socket =
                new ServerSocket(SERVER_PORT, 1, InetAddress.getLoopbackAddress())) {
            return Finding.ok("port", "%d is free".formatted(socket.getLocalPort()));
        } catch (IOException e) {
            return Finding.note(
                    "port",
                    "%d is taken: start the server with another --port".formatted(SERVER_PORT));
        }
    }
}
