package dev.tributary.server.http;

import dev.tributary.objective.UpdateCheck;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.RunLayout;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.round.RoundDesk;
import dev.tributary.server.store.ModelSource;

import java.time.Duration;

/**
 * What the resources of one run work with.
 *
 * @param runId the run
 * @param facts what relays are told of it
 * @param layout of the model and of every update
 * @param check what each update must stand
 * @param maximumUpdateBytes the longest body of an update
 * @param rounds decides
 * @param models what clients can fetch
 * @param spool where bodies go
 * @param idle how long a connection may be silent
 */
public record Services(
        String runId,
        RunLayout facts,
        ParameterLayout layout,
        UpdateCheck check,
        long maximumUpdateBytes,
        RoundDesk rounds,
        ModelSource models,
        Spool spool,
        Duration idle) {}
