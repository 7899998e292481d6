package dev.tributary.training;

import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

import dev.tributary.parameters.FlatParameters;

/** What a trainer computes with: the Block, its parameters' places in the vector, and the loss. */
record LocalModel(Block block, FlatParameters parameters, Loss loss) {}
