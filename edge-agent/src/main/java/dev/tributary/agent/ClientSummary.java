package dev.tributary.agent;

/**
 * What a client did until its run ended.
 *
 * @param clientId the client
 * @param accepted updates that counted
 * @param notAccepted updates that were rejected, discarded or never sent
 * @param evaluations evaluations that counted
 */
public record ClientSummary(String clientId, int accepted, int notAccepted, int evaluations) {}
