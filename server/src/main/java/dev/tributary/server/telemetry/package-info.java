/**
 * Counters for operators: {@link dev.tributary.server.telemetry.ServerMetrics}, in Prometheus' text
 * format.
 */
@NullMarked
package dev.tributary.server.telemetry;

import org.jspecify.annotations.NullMarked;
