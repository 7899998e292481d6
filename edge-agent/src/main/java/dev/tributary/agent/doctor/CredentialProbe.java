package dev.tributary.agent.doctor;

import dev.tributary.cli.CredentialsOption;
import dev.tributary.credentials.Credential;
import dev.tributary.credentials.CredentialException;
import dev.tributary.credentials.Role;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Whose a credential is, and for how long. */
final class CredentialProbe {
    private static final String NAME = "credentials";

    /** Long enough to make a new one and bring it to its holder. */
    private static final Duration SOON = Duration.ofDays(30);

    private CredentialProbe() {}

    /** Nothing where no file was named. */
    static List<Finding> look(CredentialsOption option, Instant now) {
        try {
            return option.read(Role.values()).map(found -> look(found, now)).orElse(List.of());
        } catch (CredentialException e) {
            return List.of(Finding.problem(NAME, String.valueOf(e.getMessage())));
        }
    }

    private static List<Finding> look(Credential credential, Instant now) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok(NAME, describe(credential)));
        Duration left = Duration.between(now, credential.expires());
        if (left.compareTo(SOON) < 0) {
            findings.add(
                    Finding.note(
                            NAME,
                            "expires in %d days: delete its file and call 'tributary credentials' again"
                                    .formatted(left.toDays())));
        }
        return findings;
    }

    private static String describe(Credential credential) {
        String names =
                credential.names().isEmpty()
                        ? ""
                        : ", reached as " + String.join(", ", credential.names());
        return "%s of %s, valid from %s until %s%s"
                .formatted(
                        credential.identity(),
                        credential.authority(),
                        credential.begins(),
                        credential.expires(),
                        names);
    }
}
