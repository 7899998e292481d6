/** The FedAvg paper's convolutional network. */
@NullMarked
package dev.tributary.models.cnn;

import org.jspecify.annotations.NullMarked;
