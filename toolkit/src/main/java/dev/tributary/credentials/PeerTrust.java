package dev.tributary.credentials;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts peers with a certificate of one authority: the JDK decides, and where it says no, this
 * says why in words for people.
 */
final class PeerTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager decides;
    private final X509Certificate authority;

    private PeerTrust(X509ExtendedTrustManager decides, X509Certificate authority) {
        this.decides = decides;
        this.authority = authority;
    }

    static PeerTrust in(X509Certificate authority) throws GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            trusted.load(null, null);
        } catch (IOException e) {
            throw new IllegalStateException("nothing was read", e);
        }
        trusted.setCertificateEntry("authority", authority);
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager decides) {
                return new PeerTrust(decides, authority);
            }
        }
        throw new GeneralSecurityException("this Java has no trust manager for X.509");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        try {
            decides.checkClientTrusted(chain, type, engine);
        } catch (CertificateException e) {
            throw explained(chain[0], "client", Role::connects, null, e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        try {
            decides.checkServerTrusted(chain, type, engine);
        } catch (CertificateException e) {
            String host = engine == null ? null : engine.getPeerHost();
            throw explained(chain[0], "server", Role::listens, host, e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        decides.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        decides.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        decides.checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        decides.checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return decides.getAcceptedIssuers();
    }

    private CertificateException explained(
            X509Certificate found,
            String side,
            Predicate<Role> fits,
            @Nullable String host,
            CertificateException cause) {
        String told =
                otherAuthority(found)
                        .or(() -> Validity.problem(found, Instant.now()))
                        .or(() -> otherRole(found, side, fits))
                        .or(() -> otherName(found, host))
                        .orElse("is refused: " + withoutClassNames(cause));
        return new CertificateException("the %s's certificate %s".formatted(side, told), cause);
    }

    /** What Java found, which its refusal tells behind the names of two classes. */
    private static String withoutClassNames(CertificateException refusal) {
        Throwable cause = refusal.getCause() == null ? refusal : refusal.getCause();
        return String.valueOf(cause.getMessage());
    }

    private Optional<String> otherAuthority(X509Certificate found) {
        try {
            found.verify(authority.getPublicKey());
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.of(
                    ("is of another authority: expected one of %s, found one of %s; both sides need"
                                    + " files that 'tributary credentials' made in one directory")
                            .formatted(
                                    CertificateAuthority.name(authority.getSubjectX500Principal()),
                                    CertificateAuthority.name(found.getIssuerX500Principal())));
        }
    }

    private static Optional<String> otherRole(
            X509Certificate found, String side, Predicate<Role> fits) {
        try {
            Identity holder = Identity.of(found);
            return fits.test(holder.role())
                    ? Optional.empty()
                    : Optional.of("is that of %s, which is no %s".formatted(holder, side));
        } catch (CredentialException e) {
            return Optional.of("is of nobody in a federation: " + e.getMessage());
        }
    }

    private static Optional<String> otherName(X509Certificate found, @Nullable String host) {
        List<String> names = HostNames.of(found);
        return host == null || names.contains(host)
                ? Optional.empty()
                : Optional.of(
                        "is for %s, and not for %s; connect by one of these names, or make a"
                                        .formatted(String.join(", ", names), host)
                                + " credential with this one");
    }
}
