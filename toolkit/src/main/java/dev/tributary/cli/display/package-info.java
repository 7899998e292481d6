/**
 * A run as people watch it: line by line, or on a screen that is drawn again and again.
 *
 * <p>A {@link dev.tributary.cli.display.FederationDisplay} is shown one status after the other and
 * is a live screen where the {@link dev.tributary.cli.Terminal} can be one. {@link
 * dev.tributary.cli.display.Evaluations} says what the run has reached.
 */
@NullMarked
package dev.tributary.cli.display;

import org.jspecify.annotations.NullMarked;
