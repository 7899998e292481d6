/** Residual networks, in the sizes that suit small and middle-sized images. */
@NullMarked
package dev.tributary.models.resnet;

import org.jspecify.annotations.NullMarked;
