package dev.tributary.server.database;

import java.time.Instant;

/**
 * A client as the database knows it.
 *
 * @param agent what it said last
 * @param firstSeen by the database's clock, for people
 * @param lastSeen by the database's clock, for people
 */
public record StoredAgent(Agent agent, Instant firstSeen, Instant lastSeen) {}
