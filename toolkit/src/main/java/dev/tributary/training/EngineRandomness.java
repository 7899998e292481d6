package dev.tributary.training;

import ai.djl.engine.Engine;
import ai.djl.nn.Block;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.recurrent.RecurrentBlock;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Makes draws of the engine's generator, such as dropout masks, replay.
 *
 * <p>The engine has one generator for the whole process. For a Block that is known to draw from it,
 * each forward pass runs alone and from a seed of its own, so that its masks do not depend on what
 * other threads do; backward passes and optimizer steps still run side by side. A Block that draws
 * in code of its own is not recognized: it replays only if nothing else draws at the same time.
 */
final class EngineRandomness {
    private static final ReentrantLock GENERATOR = new ReentrantLock();
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final boolean drawn;
    private final long key;
    private long passes;

    /**
     * @param key the key of this client's draws in this round
     */
    EngineRandomness(Block block, long key) {
        this.drawn = draws(block);
        this.key = key;
        if (!drawn) {
            Engine.getInstance();
            // Not in the middle of another's pass.
            boolean unused = alone(key, () -> true);
        }
    }

    <T> T forward(Supplier<T> pass) {
        if (!drawn) {
            return pass.get();
        }
        return alone(key + GOLDEN_GAMMA * ++passes, pass);
    }

    private static <T> T alone(long seed, Supplier<T> pass) {
        GENERATOR.lock();
        try {
            JniUtils.setSeed(seed);
            return pass.get();
        } finally {
            GENERATOR.unlock();
        }
    }

    private static boolean draws(Block block) {
        return block instanceof Dropout
                || block instanceof RecurrentBlock
                || block instanceof PtSymbolBlock
                || block.getChildren().values().stream().anyMatch(EngineRandomness::draws);
    }
}
