package dev.tributary.credentials;

import dev.tributary.files.PrivateFiles;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Who one is, and whom one trusts: a private key, a certificate, and the authority of both sides.
 *
 * <p>Thread-safe. Whoever has the file is its holder: it is not shown, logged or sent.
 */
public final class Credential {
    /**
     * The environment variable with the password of credential files; without it, they have none.
     */
    public static final String PASSWORD_VARIABLE = "TRIBUTARY_CREDENTIALS_PASSWORD";

    private static final Logger LOG = LoggerFactory.getLogger(Credential.class);
    private static final int CHAIN = 2;

    private final KeyFile content;
    private final Identity identity;

    /**
     * @param content the holder's certificate, then the authority's
     */
    Credential(KeyFile content) {
        this.content = content;
        this.identity = Identity.of(certificate());
    }

    /** The password that the environment tells; empty for none. */
    public static char[] password() {
        return Optional.ofNullable(System.getenv(PASSWORD_VARIABLE)).orElse("").toCharArray();
    }

    /**
     * Reads a file, and warns if others than its owner can.
     *
     * @param password may be empty
     * @throws CredentialException if it is none, has another password, or is not valid now
     */
    public static Credential read(Path file, char[] password) {
        KeyFile content = KeyFile.read(file, password);
        if (content.chain().size() != CHAIN) {
            throw new CredentialException(
                    "%s: expected the credential of a server, relay, agent or operator, found that of %s"
                            .formatted(
                                    file,
                                    content.chain().size() == 1
                                            ? "the authority itself; keep it where only you are"
                                            : content.chain().size() + " certificates"));
        }
        Credential credential = new Credential(content);
        credential.requireConsistent(file);
        Validity.problem(credential.certificate(), Instant.now())
                .ifPresent(
                        problem -> {
                            throw new CredentialException(
                                    "%s: the certificate of %s %s"
                                            .formatted(file, credential.identity, problem));
                        });
        if (PrivateFiles.isOpenToOthers(file)) {
            LOG.warn("{}: other users can read this private key; chmod 600 ends that", file);
        }
        return credential;
    }

    /**
     * Writes a file that only its owner can read, and overwrites none.
     *
     * @param password may be empty
     * @throws CredentialException if there is such a file
     * @throws IOException if it cannot be written
     */
    public void write(Path file, char[] password) throws IOException {
        content.write(file, password);
    }

    /** Its holder. */
    public Identity identity() {
        return identity;
    }

    /** The host names and IP addresses by which its holder can be reached; empty if it cannot. */
    public List<String> names() {
        return HostNames.of(certificate());
    }

    /** When it begins to be valid. */
    public Instant begins() {
        return certificate().getNotBefore().toInstant();
    }

    /** When it ends to be valid. */
    public Instant expires() {
        return certificate().getNotAfter().toInstant();
    }

    /** The name of the authority that issued it. */
    public String authority() {
        return CertificateAuthority.name(content.chain().get(1).getSubjectX500Principal());
    }

    /**
     * The credential itself.
     *
     * @param roles what its holder must be one of
     * @throws CredentialException if it is none of them
     */
    public Credential of(Role... roles) {
        if (!Arrays.asList(roles).contains(identity.role())) {
            throw new CredentialException(
                    "credentials: expected those of %s, found those of %s"
                            .formatted(described(roles), identity));
        }
        return this;
    }

    /**
     * TLS as its holder, with peers of the same authority: to accept connections, and to connect.
     *
     * <p>A handshake with anybody else fails with a {@link java.security.cert.CertificateException}
     * that says why in one sentence. A side that accepts must demand a certificate itself.
     */
    public SSLContext tls() {
        char[] inMemory = new char[0];
        try {
            KeyStore keys = content.keyStore(inMemory);
            KeyManagerFactory factory =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, inMemory);
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager peers = PeerTrust.in(content.chain().get(1));
            context.init(factory.getKeyManagers(), new TrustManager[] {peers}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new CredentialException("this Java has no TLS", e);
        }
    }

    private X509Certificate certificate() {
        return content.chain().get(0);
    }

    private void requireConsistent(Path file) {
        try {
            certificate().verify(content.chain().get(1).getPublicKey());
            if (isOwn(certificate().getPublicKey())) {
                return;
            }
        } catch (GeneralSecurityException e) {
            throw new CredentialException(
                    file + ": expected a certificate of the authority in the same file", e);
        }
        throw new CredentialException(file + ": its private key is not that of its certificate");
    }

    private boolean isOwn(PublicKey publicKey) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(CertificateWriter.SIGNATURE);
        signature.initSign(content.key());
        signature.update((byte) 0);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update((byte) 0);
        return signature.verify(signed);
    }

    private static String described(Role... roles) {
        return String.join(
                " or ",
                Arrays.stream(roles)
                        .map(role -> (role.name().matches("[AO].*") ? "an " : "a ") + role)
                        .toList());
    }
}
