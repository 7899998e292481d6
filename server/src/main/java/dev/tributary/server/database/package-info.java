/**
 * What must survive the server, in a relational database.
 *
 * <p>{@link dev.tributary.server.database.Database} opens H2 in a file or PostgreSQL, brings the
 * schema up to date and hands out one repository an aggregate: {@link
 * dev.tributary.server.database.Runs}, {@link dev.tributary.server.database.Rounds} (opened, tried
 * again, closed), {@link dev.tributary.server.database.Receipts} (of closed rounds), {@link
 * dev.tributary.server.database.Metrics}, {@link dev.tributary.server.database.Events} and {@link
 * dev.tributary.server.database.Agents}. Records go in and come out; models and updates stay in
 * files, which the rows name.
 *
 * <p>Laws, held by {@code DatabaseContract} on both databases:
 *
 * <ul>
 *   <li>A method that writes is one transaction, and what it wrote is on disk when it returns.
 *   <li>Repeating a write is harmless: it finds its own rows and says the same. So a write whose
 *       answer was lost with the connection is made again, for a bounded time.
 *   <li>At most one update of a client counts in a round, whoever asks and however often.
 * </ul>
 *
 * <p>Every public class here may be used by any number of threads; each call waits for the disk.
 */
@NullMarked
package dev.tributary.server.database;

import org.jspecify.annotations.NullMarked;
