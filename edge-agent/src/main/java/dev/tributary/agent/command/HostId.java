package dev.tributary.agent.command;

import dev.tributary.cli.CommandException;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The id of a client that holds all the data of its host and was given no other. */
final class HostId {
    private static final int LONGEST = 64;

    private HostId() {}

    /**
     * By the host's name.
     *
     * @throws CommandException if the host does not know it
     */
    static String ofThisHost() {
        try {
            return of(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            throw new CommandException(
                    "--client-id: expected a name for this client, for this host does not know its"
                            + " own",
                    e);
        }
    }

    /** With what an id may consist of. */
    static String of(String host) {
        String id = host.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
        if (id.isEmpty()) {
            throw new CommandException(
                    "--client-id: expected a name for this client, for this host's makes none: \""
                            + host
                            + '"');
        }
        return id.substring(0, Math.min(LONGEST, id.length()));
    }
}
