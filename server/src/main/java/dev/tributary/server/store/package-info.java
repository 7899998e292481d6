/**
 * What a run leaves on disk, in {@code runs/<id>/}, and in the database.
 *
 * <p>{@link dev.tributary.server.store.RunDirectory} names the files; {@link
 * dev.tributary.server.store.ModelVersions} keeps the newest versions of the global model for the
 * clients; {@link dev.tributary.server.store.FileJournal} writes metrics and events as they happen
 * and the provenance at the end; {@link dev.tributary.server.store.DatabaseLedger} writes what a
 * run must find again after a crash, and knows whether that is possible now.
 */
@NullMarked
package dev.tributary.server.store;

import org.jspecify.annotations.NullMarked;
