package dev.tributary.random;

import java.util.Objects;
import java.util.SplittableRandom;

/**
 * The random streams of one run, each keyed by (seed, purpose, round, client).
 *
 * <p>A stream depends on its key alone: not on the order in which streams are asked for, the
 * process, or the platform. Immutable and thread-safe; each stream that it hands out belongs to its
 * caller and is not.
 *
 * @param seed the run's seed; any value
 */
public record RandomStreams(long seed) {

    /** What the draws are for, so that adding draws for one purpose never shifts another's. */
    public enum Purpose {
        /** Initial parameters of a model. */
        INITIALIZATION,
        /** Which examples belong to which client. */
        PARTITION,
        /** Which clients are asked in a round. */
        SAMPLING,
        /** The order of a client's examples in a round. */
        SHUFFLE,
        /** Which examples of a client are held out. */
        HOLDOUT,
        /** How a client's images are changed in a round. */
        AUGMENTATION,
        /** Dropout masks and other draws of the engine in local training. */
        ENGINE,
        /** Generated data. */
        GENERATION,
        /** How fast a simulated client is. */
        SPEED,
        /** Which simulated clients can be asked. */
        AVAILABILITY,
        /** Which simulated clients never answer. */
        DROPOUT,
        /** The draws of a client that trains from the same model once more. */
        REPETITION
    }

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** The stream of a purpose that has neither rounds nor clients. */
    public SplittableRandom stream(Purpose purpose) {
        return stream(purpose, 0, "");
    }

    /** The stream of a purpose in a round, shared by all clients. */
    public SplittableRandom stream(Purpose purpose, long round) {
        return stream(purpose, round, "");
    }

    /**
     * The stream of a purpose, a round and a client.
     *
     * @param purpose what the draws are for
     * @param round the round, from 1; 0 for draws outside the rounds
     * @param client the client's id; empty for draws that all clients share
     */
    public SplittableRandom stream(Purpose purpose, long round, String client) {
        return new SplittableRandom(key(purpose, round, client));
    }

    /**
     * The 64-bit key behind {@link #stream(Purpose, long, String)}, for engines with own
     * generators.
     */
    public long key(Purpose purpose, long round, String client) {
        Objects.requireNonNull(client, "client is null");
        long key = mix(seed + GOLDEN_GAMMA);
        key = absorb(key, purpose.name());
        key = mix(key ^ mix(round + GOLDEN_GAMMA));
        return absorb(key, client);
    }

    private static long absorb(long key, String text) {
        long absorbed = key;
        for (int i = 0; i < text.length(); i++) {
            absorbed = mix(absorbed ^ (text.charAt(i) + GOLDEN_GAMMA));
        }
        return mix(absorbed ^ text.length());
    }

    /** Stafford's 13th variant of the 64-bit finalizer of MurmurHash3. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
