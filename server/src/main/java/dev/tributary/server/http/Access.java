package dev.tributary.server.http;

import dev.tributary.credentials.Credential;

/**
 * Who has access to a server with a credential: peers of the same authority, each to its own.
 *
 * @param credential the server's
 * @param owners whose the clients are
 */
public record Access(Credential credential, ClientOwners owners) {}
