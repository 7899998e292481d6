/**
 * What agent and server say to each other: JSON records, paths, media types and error codes.
 *
 * <p>Control messages are JSON ({@link dev.tributary.protocol.Json}); models and updates are
 * safetensors bodies (package {@code wire}). A round, seen from a client: {@link
 * dev.tributary.protocol.ClientRegistration} once; then long-poll for a {@link
 * dev.tributary.protocol.RoundTask}, fetch the model version that it names, train, put the update,
 * and read the {@link dev.tributary.protocol.UpdateReceipt}. Durations only, no wall-clock times: a
 * client's clock is never believed. The paths are in {@link dev.tributary.protocol.Paths}.
 */
@NullMarked
package dev.tributary.protocol;

import org.jspecify.annotations.NullMarked;
