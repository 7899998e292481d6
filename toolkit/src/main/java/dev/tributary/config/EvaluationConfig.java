package dev.tributary.config;

/**
 * Who measures the global model, and how often.
 *
 * @param central whether the server measures it on its held-out test set; default whether the
 *     server holds data
 * @param federated whether the clients measure it on their own data, or on what of it {@code
 *     training.holdout} keeps out of training; default false
 * @param every rounds from one evaluation to the next, at least 1; default 1. The last round is
 *     always evaluated
 */
public record EvaluationConfig(boolean central, boolean federated, int every) {
    static final Setting<Boolean> CENTRAL = Setting.flag("evaluation.central");
    static final Setting<Boolean> FEDERATED = Setting.flag("evaluation.federated");
    static final Setting<Integer> EVERY =
            Setting.wholeNumber("evaluation.every", 1, Integer.MAX_VALUE);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if it is left
     */
    public EvaluationConfig {
        EVERY.check(every);
    }

    /** Central evaluation after each round where the server holds data, and no other. */
    public static EvaluationConfig defaultFor(DataConfig data) {
        return new EvaluationConfig(data.isPresent(), false, 1);
    }

    /** Whether the model is evaluated after a round, from 1, of a run of so many. */
    public boolean isDue(int round, int rounds) {
        return (central || federated) && (round % every == 0 || round == rounds);
    }
}
