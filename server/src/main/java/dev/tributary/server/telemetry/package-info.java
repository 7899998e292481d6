/**
 * Numbers for operators: {@link dev.tributary.server.telemetry.ServerMetrics}, in the registry and
 * the formats of Prometheus' own library; {@link dev.tributary.server.telemetry.RunMetrics} are
 * those of one run.
 */
@NullMarked
package dev.tributary.server.telemetry;

import org.jspecify.annotations.NullMarked;
