package dev.tributary.agent.command;

import dev.tributary.agent.Agent;

import java.time.Duration;

/**
 * Ends a process that is asked to end without pulling memory away from threads in native code.
 *
 * <p>The native engine frees its globals when the process exits, and crashes if a thread still
 * computes. So training is stopped first; if it does not stop in time, the process halts without
 * that exit.
 */
final class GracefulStop {
    private static final Duration GRACE = Duration.ofSeconds(3);

    private GracefulStop() {}

    /** Registers it with the virtual machine, for the rest of the process. */
    static void of(Agent agent) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(agent), "agent-stop"));
    }

    private static void stop(Agent agent) {
        if (!agent.stop(GRACE)) {
            Runtime.getRuntime().halt(1);
        }
    }
}
