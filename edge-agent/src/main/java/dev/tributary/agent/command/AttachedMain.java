package dev.tributary.agent.command;

import dev.tributary.cli.Main;

import java.io.IOException;

/**
 * {@link Main} for a process that must not outlive the one which started it.
 *
 * <p>Its standard input is a pipe from there: when it ends, for whatever reason, so does this
 * process, in order.
 */
public final class AttachedMain {
    private static final int TOLD_TO_STOP = 143;

    private AttachedMain() {}

    /** Watches the standard input and runs the command. */
    public static void main(String[] arguments) {
        Thread watch = new Thread(AttachedMain::awaitEnd, "parent-watch");
        watch.setDaemon(true);
        watch.start();
        Main.main(arguments);
    }

    private static void awaitEnd() {
        try {
            while (System.in.read() >= 0) {
                // Nobody writes; only the end counts.
            }
        } catch (IOException e) {
            // A broken pipe is an end, too.
        }
        System.exit(TOLD_TO_STOP);
    }
}
