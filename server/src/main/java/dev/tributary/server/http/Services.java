package dev.tributary.server.http;

import dev.tributary.parameters.ParameterLayout;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.round.Coordinator;
import dev.tributary.server.store.ModelVersions;
import dev.tributary.server.telemetry.ServerMetrics;

import java.time.Duration;

/**
 * What the resources work with.
 *
 * @param runId the run that this server leads
 * @param version this software's version
 * @param pollSeconds how long a request for a task waits for one
 * @param layout of the model and of every update
 * @param maximumUpdateBytes the longest body of an update
 * @param coordinator decides
 * @param versions what clients can fetch
 * @param spool where bodies go
 * @param metrics counts
 * @param idle how long a connection may be silent
 */
public record Services(
        String runId,
        String version,
        int pollSeconds,
        ParameterLayout layout,
        long maximumUpdateBytes,
        Coordinator coordinator,
        ModelVersions versions,
        Spool spool,
        ServerMetrics metrics,
        Duration idle) {}
