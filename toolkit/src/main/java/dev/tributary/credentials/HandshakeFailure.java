package dev.tributary.credentials;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLException;

/**
 * Tells handshakes that will fail again from connections that broke: the former are no reason to
 * try again.
 */
public final class HandshakeFailure {
    private static final int CAUSES_AT_MOST = 16;
    private static final String ALERT = "Received fatal alert: ";

    /** What the other side says when it is not a byte that was changed on the way. */
    private static final Set<String> FINAL_ALERTS =
            Set.of(
                    "access_denied",
                    "bad_certificate",
                    "certificate_expired",
                    "certificate_required",
                    "certificate_revoked",
                    "certificate_unknown",
                    "handshake_failure",
                    "protocol_version",
                    "unknown_ca",
                    "unsupported_certificate");

    /** Only a side without a credential asks Java: with one, its authority alone is trusted. */
    private static final String UNKNOWN_AUTHORITY =
            "the server's certificate is of an authority of its own: expected one of the"
                    + " authorities that Java knows, or --credentials with a file of the server's"
                    + " federation";

    private HandshakeFailure() {}

    /**
     * Why a handshake failed that will fail again, in one sentence; empty for all other failures.
     */
    public static Optional<String> reason(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < CAUSES_AT_MOST && cause != null; i++) {
            Optional<String> reason = ofOne(cause);
            if (reason.isPresent()) {
                return reason;
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private static Optional<String> ofOne(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof CertificateException refusal) {
            return Optional.of(words(refusal));
        }
        if (!(failure instanceof SSLException)) {
            return Optional.empty();
        }
        if (message.toLowerCase(Locale.ROOT).contains("unrecognized ssl message")) {
            return Optional.of(
                    "expected TLS, found something else; does the server run with --credentials?"
                            + " without, its URL begins with http://");
        }
        int alert = message.indexOf(ALERT);
        String name = alert < 0 ? "" : message.substring(alert + ALERT.length()).strip();
        return FINAL_ALERTS.contains(name)
                ? Optional.of(
                        "the other side refused this side's certificate or TLS, and its log says"
                                + " why: "
                                + name)
                : Optional.empty();
    }

    /** A refusal in plain words, also one by Java itself, whose words are its classes' names. */
    private static String words(CertificateException refusal) {
        Throwable cause = refusal.getCause();
        if (cause instanceof CertPathBuilderException) {
            return UNKNOWN_AUTHORITY;
        }
        return cause instanceof CertPathValidatorException
                ? "the other side's certificate is refused: " + cause.getMessage()
                : String.valueOf(refusal.getMessage());
    }
}
