/**
 * A whole federation on this machine: a server and agents as processes of their own, on loopback.
 *
 * <p>{@link dev.tributary.agent.demo.LocalFederation} starts, watches and ends the processes;
 * {@link dev.tributary.agent.demo.DemoCommand} shows what they do and sums it up. Nothing here
 * knows the server's classes: it is a command line and a {@link dev.tributary.protocol.RunStatus}
 * over HTTP.
 */
@NullMarked
package dev.tributary.agent.demo;

import org.jspecify.annotations.NullMarked;
