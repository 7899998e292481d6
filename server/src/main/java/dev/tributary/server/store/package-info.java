/**
 * What a run leaves on disk: {@code runs/<id>/}.
 *
 * <p>{@link dev.tributary.server.store.RunDirectory} names the files; {@link
 * dev.tributary.server.store.ModelVersions} keeps the newest versions of the global model for the
 * clients; {@link dev.tributary.server.store.FileJournal} writes metrics and events as they happen
 * and the provenance at the end.
 */
@NullMarked
package dev.tributary.server.store;

import org.jspecify.annotations.NullMarked;
