/** LeCun's first convolutional network. */
@NullMarked
package dev.tributary.models.lenet;

import org.jspecify.annotations.NullMarked;
