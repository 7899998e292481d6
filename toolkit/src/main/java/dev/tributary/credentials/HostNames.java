package dev.tributary.credentials;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The names by which a server can be reached: host names and IP addresses. */
final class HostNames {
    /** The kinds of names in a certificate that a server can have. */
    private static final Map<Integer, String> KINDS = Map.of(2, "host name", 7, "IP address");

    private static final Pattern LABELS =
            Pattern.compile(
                    "(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)"
                            + "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");
    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private HostNames() {}

    /**
     * The name itself; an IPv6 address without its brackets and as certificates show it.
     *
     * @throws CredentialException if it is none
     */
    static String check(String text) {
        String name = text.strip();
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        boolean numeric = DIGITS_AND_DOTS.matcher(name).matches();
        if (numeric ? IPV4.matcher(name).matches() : LABELS.matcher(name).matches()) {
            return name;
        }
        if (IPV6.matcher(name).matches()) {
            try {
                return InetAddress.getByName(name).getHostAddress();
            } catch (UnknownHostException e) {
                // Told below, in the same words as any other text.
            }
        }
        throw new CredentialException(
                "expected a host name or an IP address, such as server.example.org or 10.0.0.5, found \"%s\""
                        .formatted(text));
    }

    /** Whether a name that was checked is an IP address. */
    static boolean isAddress(String name) {
        return name.contains(":") || DIGITS_AND_DOTS.matcher(name).matches();
    }

    /** The names in a certificate; empty if there are none. */
    static List<String> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> KINDS.containsKey(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
