/**
 * Images: from files to one byte a pixel and channel, and floats only for the examples asked for.
 *
 * <p>{@link dev.tributary.data.image.IdxReader} can be used alone.
 */
@NullMarked
package dev.tributary.data.image;

import org.jspecify.annotations.NullMarked;
