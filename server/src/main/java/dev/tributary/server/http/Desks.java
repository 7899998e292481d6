package dev.tributary.server.http;

import dev.tributary.server.telemetry.ServerMetrics;

import java.time.Duration;

/**
 * What the web server as a whole works with.
 *
 * @param runs the server's runs
 * @param clients the server's clients
 * @param statistics where sites tell of their tables
 * @param metrics counts for all runs
 * @param idle how long a connection may be silent
 */
public record Desks(
        RunDesk runs,
        ClientDesk clients,
        StatisticsDesk statistics,
        ServerMetrics metrics,
        Duration idle) {}
