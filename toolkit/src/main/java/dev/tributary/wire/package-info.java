/**
 * Bodies of models and updates, streamed: nothing is held but the header and one chunk.
 *
 * <p>{@link dev.tributary.wire.TensorBodyReader} checks a body while it passes by (layout, length,
 * checksum, finite values); {@link dev.tributary.wire.TensorBody} is what a sender knows of its
 * own: header, length, checksum. {@link dev.tributary.wire.UpdateMetadata} travels in the header.
 */
@NullMarked
package dev.tributary.wire;

import org.jspecify.annotations.NullMarked;
