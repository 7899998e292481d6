package dev.tributary.credentials;

import java.util.Locale;

/** What the holder of a credential is in a federation. */
public enum Role {
    /** Leads runs. */
    SERVER(true, false),
    /** An agent to its parent, and a server to its own agents. */
    RELAY(true, true),
    /** Takes part with the clients that it runs. */
    AGENT(false, true),
    /** Submits, follows and stops runs. */
    OPERATOR(false, true);

    private final boolean listens;
    private final boolean connects;

    Role(boolean listens, boolean connects) {
        this.listens = listens;
        this.connects = connects;
    }

    /** Whether others connect to it, by the host names in its certificate. */
    public boolean listens() {
        return listens;
    }

    /** Whether it connects to others. */
    public boolean connects() {
        return connects;
    }

    /** As it stands in certificates and messages, such as {@code agent}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
