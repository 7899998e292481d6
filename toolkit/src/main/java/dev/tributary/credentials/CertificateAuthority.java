package dev.tributary.credentials;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

import javax.security.auth.x500.X500Principal;

/**
 * Issues the credentials of one federation: elliptic keys on P-256, certificates of X.509.
 *
 * <p>Its private key makes agents and operators of anybody: its file belongs on no server. It is
 * valid for ten years, what it issues for 825 days, the longest that all browsers take.
 * Thread-safe.
 */
public final class CertificateAuthority {
    private static final Duration OWN_LIFE = Duration.ofDays(3652);
    private static final Duration LIFE = Duration.ofDays(825);

    /** Clocks differ. */
    private static final Duration EARLIER = Duration.ofHours(1);

    private static final String NAME = "Tributary authority ";
    private static final int UNIQUE_BYTES = 4;

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final Clock clock;

    private CertificateAuthority(PrivateKey key, X509Certificate certificate, Clock clock) {
        this.key = key;
        this.certificate = certificate;
        this.clock = clock;
    }

    /** A new one, known to nobody yet. */
    public static CertificateAuthority create(Clock clock) {
        KeyPair keys = CertificateWriter.keyPair();
        byte[] unique = new byte[UNIQUE_BYTES];
        new SecureRandom().nextBytes(unique);
        X500Principal name =
                new X500Principal("CN=" + NAME + HexFormat.of().formatHex(unique) + ",O=Tributary");
        Instant now = clock.instant();
        X509Certificate certificate =
                CertificateWriter.ofAuthority(
                                name, keys.getPublic(), now.minus(EARLIER), now.plus(OWN_LIFE))
                        .signedWith(keys.getPrivate());
        return new CertificateAuthority(keys.getPrivate(), certificate, clock);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param password may be empty
     * @throws CredentialException if it is none, or has another password
     */
    public static CertificateAuthority read(Path file, char[] password, Clock clock) {
        KeyFile content = KeyFile.read(file, password);
        X509Certificate certificate = content.chain().get(0);
        if (content.chain().size() != 1 || certificate.getBasicConstraints() < 0) {
            throw new CredentialException(
                    file + ": expected the credential of an authority, found another's");
        }
        return new CertificateAuthority(content.key(), certificate, clock);
    }

    /**
     * Writes a file that only its owner can read, and overwrites none.
     *
     * @param password may be empty
     * @throws CredentialException if there is such a file
     * @throws IOException if it cannot be written
     */
    public void write(Path file, char[] password) throws IOException {
        new KeyFile(key, List.of(certificate)).write(file, password);
    }

    /** The same authority by another clock. */
    public CertificateAuthority at(Clock other) {
        return new CertificateAuthority(key, certificate, other);
    }

    /** A name that no other authority has. */
    public String name() {
        return name(certificate.getSubjectX500Principal());
    }

    /**
     * Issues a credential with a key of its own.
     *
     * @param names the host names and IP addresses by which its holder can be reached; none for a
     *     holder to whom nobody connects
     * @throws CredentialException if a name is none, or the authority is not valid now
     */
    public Credential issue(Identity holder, List<String> names) {
        if (holder.role().listens() == names.isEmpty()) {
            throw new CredentialException(
                    "%s: expected %s, found %s"
                            .formatted(
                                    holder,
                                    names.isEmpty() ? "names by which it is reached" : "no names",
                                    names));
        }
        Instant now = clock.instant();
        requireValid(now);
        Instant last = certificate.getNotAfter().toInstant();
        Instant until = now.plus(LIFE).isBefore(last) ? now.plus(LIFE) : last;
        KeyPair keys = CertificateWriter.keyPair();
        CertificateWriter writer =
                CertificateWriter.ofHolder(
                        holder, keys.getPublic(), certificate, now.minus(EARLIER), until);
        if (!names.isEmpty()) {
            writer = writer.named(names.stream().map(HostNames::check).distinct().toList());
        }
        return new Credential(
                new KeyFile(keys.getPrivate(), List.of(writer.signedWith(key), certificate)));
    }

    /** The name of an authority as messages show it, and of any other issuer. */
    static String name(X500Principal authority) {
        String subject = authority.getName();
        int end = subject.indexOf(',');
        boolean ours = subject.startsWith("CN=" + NAME) && end > 0;
        return ours ? subject.substring("CN=".length(), end) : "\"" + subject + "\"";
    }

    private void requireValid(Instant now) {
        Validity.problem(certificate, now)
                .ifPresent(
                        problem -> {
                            throw new CredentialException(name() + " " + problem);
                        });
    }
}
