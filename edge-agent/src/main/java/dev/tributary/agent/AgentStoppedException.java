package dev.tributary.agent;

/** The client was asked to stop while it worked or waited; nothing is wrong. */
public final class AgentStoppedException extends AgentException {
    private static final long serialVersionUID = 1;

    /** For the thread that was interrupted. */
    public AgentStoppedException() {
        super("the agent was asked to stop");
    }
}
