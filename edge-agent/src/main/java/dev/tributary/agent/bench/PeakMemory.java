package dev.tributary.agent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** The largest resident memory that a process ever had, where the system tells (Linux). */
final class PeakMemory {
    private final Path status;
    private OptionalDouble peak = OptionalDouble.empty();

    PeakMemory(long pid) {
        status = Path.of("/proc", Long.toString(pid), "status");
    }

    /** Looks again; the process must still be there. */
    void look() {
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmHWM:")) {
                    String kilobytes = line.replaceAll("\\D", "");
                    peak = OptionalDouble.of(Long.parseLong(kilobytes) * 1024 / 1e6);
                }
            }
        } catch (IOException e) {
            // Another system, or the process has just ended: what was seen before stands.
        }
    }

    /** In millions of bytes; empty where the system does not tell. */
    OptionalDouble peakMegabytes() {
        return peak;
    }
}
