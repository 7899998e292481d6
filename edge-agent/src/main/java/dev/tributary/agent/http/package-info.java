/**
 * HTTP/1.1 as a client speaks it: one request at a time over one connection that stays open.
 *
 * <p>An {@link dev.tributary.agent.http.HttpTransport} sends an {@link
 * dev.tributary.agent.http.HttpCall} and hands the body of the answer to a sink chunk by chunk. It
 * finds the server by a {@code Route} and speaks to it over a {@code SocketLink}, which waits and
 * leaves the bytes to a {@code ByteTransfer}: plain, or by TLS. All of it is on the calling thread,
 * which takes a fraction of the processor time that the JDK's client takes for bodies of a
 * megabyte.
 */
@NullMarked
package dev.tributary.agent.http;

import org.jspecify.annotations.NullMarked;
