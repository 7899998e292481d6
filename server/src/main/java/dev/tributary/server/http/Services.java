package dev.tributary.server.http;

import dev.tributary.parameters.ParameterLayout;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.round.Coordinator;
import dev.tributary.server.store.ModelVersions;

import java.time.Duration;

/**
 * What the resources of one run work with.
 *
 * @param runId the run
 * @param layout of the model and of every update
 * @param maximumUpdateBytes the longest body of an update
 * @param coordinator decides
 * @param versions what clients can fetch
 * @param spool where bodies go
 * @param idle how long a connection may be silent
 */
public record Services(
        String runId,
        ParameterLayout layout,
        long maximumUpdateBytes,
        Coordinator coordinator,
        ModelVersions versions,
        Spool spool,
        Duration idle) {}
