package dev.tributary.credentials;

import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/**
 * Who holds a certificate: the subject {@code O=Tributary, OU=role, CN=name}.
 *
 * <p>A certificate that replaces another one of the same role and name is the same holder's.
 *
 * @param role what it is in the federation
 * @param name 1 to 64 letters, digits, dots, dashes and underscores; one holder's within a role
 */
public record Identity(Role role, String name) {
    private static final Pattern NAME =
            Pattern.compile("(?=.*[A-Za-z0-9])[A-Za-z0-9._-]{1,64}", Pattern.DOTALL);
    private static final String ORGANIZATION = "Tributary";

    /**
     * Checks the name.
     *
     * @throws CredentialException if it is none
     */
    public Identity {
        if (!NAME.matcher(name).matches()) {
            throw new CredentialException(
                    "name of %s: expected 1 to 64 letters, digits, dots, dashes and underscores, found \"%s\""
                            .formatted(role, name));
        }
    }

    /**
     * The holder that a certificate names. That it does so truly is for TLS to check.
     *
     * @throws CredentialException if it names none of a federation
     */
    public static Identity of(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName();
        Map<String, String> parts = parts(subject);
        for (Role role : Role.values()) {
            if (role.toString().equals(parts.get("OU")) && ORGANIZATION.equals(parts.get("O"))) {
                return new Identity(role, parts.getOrDefault("CN", ""));
            }
        }
        throw new CredentialException(
                "certificate: expected one of a server, relay, agent or operator, found \"%s\""
                        .formatted(subject));
    }

    private static Map<String, String> parts(String subject) {
        Map<String, String> parts = new HashMap<>();
        try {
            for (Rdn part : new LdapName(subject).getRdns()) {
                parts.put(part.getType().toUpperCase(Locale.ROOT), part.getValue().toString());
            }
        } catch (InvalidNameException e) {
            throw new CredentialException("certificate: malformed subject " + subject, e);
        }
        return parts;
    }

    X500Principal principal() {
        return new X500Principal("CN=%s,OU=%s,O=%s".formatted(name, role, ORGANIZATION));
    }

    /** For messages, such as {@code agent "site-a"}. */
    @Override
    public String toString() {
        return "%s \"%s\"".formatted(role, name);
    }
}
