/**
 * HTTP/1.1 as a client speaks it: one request at a time over one connection that stays open.
 *
 * <p>An {@link dev.tributary.agent.http.HttpTransport} sends an {@link
 * dev.tributary.agent.http.HttpCall} and hands the body of the answer to a sink chunk by chunk.
 * There are two: {@link dev.tributary.agent.http.SocketTransport} for plain HTTP, which writes the
 * sender's own memory to the socket on the calling thread (a sixth of the processor time that the
 * JDK's client takes for bodies of a megabyte), and {@link dev.tributary.agent.http.JdkTransport}
 * for HTTPS.
 */
@NullMarked
package dev.tributary.agent.http;

import org.jspecify.annotations.NullMarked;
