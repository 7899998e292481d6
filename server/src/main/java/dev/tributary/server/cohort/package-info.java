/**
 * Who the clients are and which of them can be asked.
 *
 * <p>{@link dev.tributary.server.cohort.ClientRegistry} holds a {@link
 * dev.tributary.server.cohort.Client} for each that has registered. Both belong to the
 * coordinator's thread.
 */
@NullMarked
package dev.tributary.server.cohort;

import org.jspecify.annotations.NullMarked;
