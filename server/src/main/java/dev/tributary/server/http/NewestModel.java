package dev.tributary.server.http;

import dev.tributary.server.store.ModelVersion;

import org.jspecify.annotations.Nullable;

/**
 * What a run has reached so far.
 *
 * @param version the model's file
 * @param sha256 SHA-256 of the file, in hex; null while the run goes on
 */
public record NewestModel(ModelVersion version, @Nullable String sha256) {}
