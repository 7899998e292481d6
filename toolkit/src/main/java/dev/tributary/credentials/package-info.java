/**
 * Who is who, by certificates of one authority: made by one command, proved in every connection.
 *
 * <p>A {@link dev.tributary.credentials.CertificateAuthority} issues a {@link
 * dev.tributary.credentials.Credential} to each server, relay, agent and operator: a private key, a
 * certificate with the holder's {@link dev.tributary.credentials.Identity} and host names, and the
 * authority's certificate, in one file. A credential gives the TLS context of its holder, which
 * shows the certificate to the other side and takes nobody without one of the same authority. What
 * is wrong with the other side is told in one sentence ({@code PeerTrust}), and {@link
 * dev.tributary.credentials.HandshakeFailure} finds it in whatever an HTTP library makes of it.
 *
 * <p>Bouncy Castle writes certificates; all else is the JDK's.
 */
@NullMarked
package dev.tributary.credentials;

import org.jspecify.annotations.NullMarked;
