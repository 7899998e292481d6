/**
 * The server: leads a run of federated learning over HTTP.
 *
 * <p>{@link dev.tributary.server.FederatedServer} wires it together. Data flow of a round: {@code
 * http} streams an update's body through {@code aggregation}'s checks into a spool file; {@code
 * round}, one thread that owns the state of the run, accepts it or says why not; {@code
 * aggregation}, one thread that owns the device, folds it and moves the global model; {@code store}
 * keeps model versions, metrics and provenance; {@code cohort} knows the clients; {@code telemetry}
 * counts. Packages depend on each other in this order only: {@code http -> round -> aggregation,
 * cohort -> store, telemetry -> database}.
 *
 * <p>Order of effects, so that a server can be killed anywhere: an update's file is forced to disk
 * and named; its receipt is committed; it counts, is folded, and its sender is told. A new model is
 * forced to disk and named; its round is closed in the database; clients hear of it, and the files
 * of the updates that made it are deleted.
 */
@NullMarked
package dev.tributary.server;

import org.jspecify.annotations.NullMarked;
