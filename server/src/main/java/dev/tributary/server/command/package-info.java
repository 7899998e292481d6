/**
 * The commands that lead runs ({@code server} above all, {@code relay}, {@code simulate}, {@code
 * compare}) and those that are about a saved model ({@code evaluate}, {@code predict}, {@code
 * export}, {@code import}).
 *
 * <p>Each translates between the command line and a class that does the work, such as {@link
 * dev.tributary.server.FederatedServer} or {@link dev.tributary.server.StandingServer}.
 */
@NullMarked
package dev.tributary.server.command;

import org.jspecify.annotations.NullMarked;
