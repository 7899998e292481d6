package dev.tributary.training;

import ai.djl.nn.Block;

import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.util.SplittableRandom;

/** Whose draws, and in which round. */
record ClientKey(RandomStreams streams, int round, String client) {

    SplittableRandom stream(Purpose purpose) {
        return streams.stream(purpose, round, client);
    }

    /** What the engine draws for the block's layers. */
    EngineRandomness engine(Block block) {
        return new EngineRandomness(block, streams.key(Purpose.ENGINE, round, client));
    }
}
