package dev.tributary.protocol;

/**
 * Why a request was not carried out, with the HTTP status that carries it.
 *
 * <p>Three blocks: the client erred, the server failed, the server lacks room. The names are an
 * interface: counters and agents use them.
 */
public enum ErrorCode {
    /** The request is malformed: a path, a header or a JSON body. */
    BAD_REQUEST(400, Blame.CLIENT),
    /** Agent and server speak different versions of the protocol. */
    PROTOCOL_VERSION(400, Blame.CLIENT),
    /** The certificate of the connection is not one that may do that, or not for that client. */
    FORBIDDEN(403, Blame.CLIENT),
    /** There is no such path, run, model version or client. */
    NOT_FOUND(404, Blame.CLIENT),
    /** The path exists, the method does not. */
    METHOD_NOT_ALLOWED(405, Blame.CLIENT),
    /** The client is not registered with this server, or no longer. */
    UNKNOWN_CLIENT(404, Blame.CLIENT),
    /** Another agent has registered with the client's id, later than this one. */
    REPLACED(409, Blame.CLIENT),
    /** The client was not chosen for this round. */
    NOT_SELECTED(409, Blame.CLIENT),
    /** The update is for another round than the one that collects now. */
    WRONG_ROUND(409, Blame.CLIENT),
    /** The tensors of the update, or their types, are not those of the run. */
    LAYOUT_MISMATCH(422, Blame.CLIENT),
    /** The body is no well-formed safetensors file, or ends early. */
    MALFORMED_BODY(422, Blame.CLIENT),
    /** The body arrived changed: its checksum is not the one that was sent along. */
    CHECKSUM_MISMATCH(422, Blame.CLIENT),
    /** The update holds NaN or infinity. */
    NOT_FINITE(422, Blame.CLIENT),
    /** The update's values times its weight do not fit the exact accumulator. */
    OUT_OF_RANGE(422, Blame.CLIENT),
    /** The update's weight is not finite and positive, or not what its client may claim. */
    BAD_WEIGHT(422, Blame.CLIENT),
    /** The body is larger than this server accepts. */
    TOO_LARGE(413, Blame.CLIENT),
    /** The round closed before the update was whole, or has enough without it. */
    LATE(409, Blame.CLIENT),
    /** The same update was accepted before; it counts once, and this is no failure. */
    DUPLICATE(200, Blame.CLIENT),
    /** The update was to go on at another byte than the one that the server needs next. */
    OFFSET_MISMATCH(409, Blame.CLIENT),
    /** Another update of this client was accepted in this round. */
    CONFLICTING_UPDATE(409, Blame.CLIENT),
    /** The run file is wrong; the message has a line for each problem. */
    INVALID_RUN(422, Blame.CLIENT),
    /** The run, or this server, is not in a state in which that can be done. */
    WRONG_STATE(409, Blame.CLIENT),
    /** The server failed; its log says how. */
    INTERNAL(500, Blame.SERVER),
    /** The server is stopping. */
    STOPPING(503, Blame.SERVER),
    /** Queues are full: come back after {@code Retry-After} seconds. */
    BUSY(503, Blame.RESOURCES),
    /** The disk is full. */
    STORAGE_FULL(507, Blame.RESOURCES);

    /** Who can do something about it. */
    public enum Blame {
        /** The request itself is wrong; the same request will fail again. */
        CLIENT,
        /** The server failed. */
        SERVER,
        /** The server lacks room for now. */
        RESOURCES
    }

    private final int httpStatus;
    private final Blame blame;

    ErrorCode(int httpStatus, Blame blame) {
        this.httpStatus = httpStatus;
        this.blame = blame;
    }

    /** The HTTP status that goes with it. */
    public int httpStatus() {
        return httpStatus;
    }

    /** Who can do something about it. */
    public Blame blame() {
        return blame;
    }

    /** Whether the same request may succeed later: the server lacks room now, or is stopping. */
    public boolean passes() {
        return blame == Blame.RESOURCES || this == STOPPING;
    }
}
