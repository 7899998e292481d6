package dev.tributary.credentials;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** From when to when certificates are valid. */
final class Validity {
    private Validity() {}

    /** What is wrong with a certificate at a time, to stand behind its name; empty if nothing. */
    static Optional<String> problem(X509Certificate certificate, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (now.isAfter(until)) {
            return Optional.of(
                    "has expired on %s; 'tributary credentials' makes a new one once its file is deleted"
                            .formatted(until));
        }
        if (now.isBefore(from)) {
            return Optional.of(
                    "is not valid before %s, and it is %s here; is the clock right?"
                            .formatted(from, now.truncatedTo(ChronoUnit.SECONDS)));
        }
        return Optional.empty();
    }
}
