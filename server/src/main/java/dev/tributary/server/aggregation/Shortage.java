package dev.tributary.server.aggregation;

/** Whether updates find room on disk. */
public enum Shortage {
    /** None was refused for want of room. */
    NONE,
    /** One was, and there is no room for it yet. */
    LASTING,
    /** One was, and there is room for it now: told once. */
    OVER
}
