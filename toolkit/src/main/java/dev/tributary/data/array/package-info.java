/**
 * Arrays: what other programs computed, in safetensors files.
 *
 * <p>{@link dev.tributary.data.array.SafetensorsProvider} opens them; only the rows that are asked
 * for are read.
 */
@NullMarked
package dev.tributary.data.array;

import org.jspecify.annotations.NullMarked;
