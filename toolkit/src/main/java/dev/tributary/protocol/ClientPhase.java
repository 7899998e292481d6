package dev.tributary.protocol;

/** What a client is doing, as far as the server knows. */
public enum ClientPhase {
    /** Registered and waiting for a task. */
    WAITING,
    /** Fetching the global model. */
    DOWNLOADING,
    /** Training on local data. */
    TRAINING,
    /** Sending its update. */
    UPLOADING,
    /** Its update for this round is in. */
    DONE,
    /** Evaluating the global model on local data. */
    EVALUATING,
    /** Selected, but the round closed without it; or it said that it goes. */
    DROPPED,
    /** Cannot do its task of this round, and will not be asked for it again. */
    FAILED,
    /**
     * Cannot serve this run, or is not to, and will not be asked again before it registers anew.
     */
    DECLINED
}
