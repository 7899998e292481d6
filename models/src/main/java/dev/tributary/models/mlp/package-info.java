/** Multi-layer perceptrons, by default the FedAvg paper's 2NN. */
@NullMarked
package dev.tributary.models.mlp;

import org.jspecify.annotations.NullMarked;
