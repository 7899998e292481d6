/**
 * HTTP: routes, limits, and nothing else.
 *
 * <p>{@link dev.tributary.server.http.HttpFront} is the Jetty server; its {@code Router} finds the
 * resource for a path, one class each, which translates between HTTP and the coordinator. With a
 * credential it speaks TLS, and {@code Authorization} says who may do what. No request holds a
 * thread while it waits: bodies are read as they come and answers are written when they are there.
 * Every answer that is not a success is an {@link dev.tributary.protocol.ErrorReply}.
 */
@NullMarked
package dev.tributary.server.http;

import org.jspecify.annotations.NullMarked;
