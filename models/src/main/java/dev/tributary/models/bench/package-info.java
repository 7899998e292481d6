/**
 * Measures local training against a baseline, in one run on the same batches.
 *
 * <p>Main type: {@link dev.tributary.models.bench.TrainBenchmark}.
 */
@NullMarked
package dev.tributary.models.bench;

import org.jspecify.annotations.NullMarked;
