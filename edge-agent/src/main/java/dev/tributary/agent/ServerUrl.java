package dev.tributary.agent;

import java.net.URI;
import java.net.URISyntaxException;

/** The address of a server, as users write it. */
public final class ServerUrl {
    private ServerUrl() {}

    /**
     * Reads it.
     *
     * @return scheme, host and port; a path, if any, without the slash at its end
     * @throws AgentException if it is no such address
     */
    public static URI parse(String text) {
        try {
            URI uri = new URI(text.strip());
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean plain = uri.getQuery() == null && uri.getRawUserInfo() == null;
            if (web && uri.getHost() != null && plain) {
                String path = uri.getRawPath().replaceAll("/+$", "");
                return new URI(uri.getScheme() + "://" + uri.getRawAuthority() + path);
            }
        } catch (URISyntaxException e) {
            // Falls through to the message, which is the same.
        }
        throw new AgentException(
                "server: expected a URL such as http://host:8080, " + otherThan(text));
    }

    /** What stands before an @ may be a password, which belongs into no message. */
    private static String otherThan(String text) {
        return text.contains("@")
                ? "without a user name and password, found one with \"@\""
                : "found \"" + text + "\"";
    }
}
