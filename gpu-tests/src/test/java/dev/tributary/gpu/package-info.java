/** The same operations on CPU and GPU; skipped, with the reason, where there is no GPU. */
@NullMarked
package dev.tributary.gpu;

import org.jspecify.annotations.NullMarked;
