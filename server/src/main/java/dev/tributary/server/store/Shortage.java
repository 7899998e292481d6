package dev.tributary.server.store;

/** Whether what must be kept can be written. */
public enum Shortage {
    /** Nothing was refused. */
    NONE,
    /** Something was, for want of room or of the database, and would be now. */
    LASTING,
    /** Something was, and could be written now: told once. */
    OVER;

    /** Of two of which both are asked. */
    Shortage or(Shortage other) {
        if (this == LASTING || other == LASTING) {
            return LASTING;
        }
        return this == OVER ? OVER : other;
    }
}
