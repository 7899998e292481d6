package dev.tributary.credentials;

import dev.tributary.files.PrivateFiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A directory with all credentials of a federation, and the authority that issues them.
 *
 * <p>Only its owner can read it, and nothing in it is overwritten. Not thread-safe.
 */
public final class CredentialDirectory {
    private static final String AUTHORITY = "authority";
    private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "::1");

    private final Path directory;
    private final char[] password;
    private final CertificateAuthority authority;
    private final boolean created;
    private final Map<Path, Credential> issued = new LinkedHashMap<>();

    private CredentialDirectory(
            Path directory, char[] password, CertificateAuthority authority, boolean created) {
        this.directory = directory;
        this.password = password.clone();
        this.authority = authority;
        this.created = created;
    }

    /**
     * Opens a directory; where it has no authority, there will be a new one.
     *
     * @param password of all files in it; may be empty
     * @throws CredentialException if the authority that is there cannot be read
     */
    public static CredentialDirectory open(Path directory, char[] password, Clock clock) {
        Path file = file(directory, AUTHORITY);
        boolean known = Files.exists(file);
        CertificateAuthority authority =
                known
                        ? CertificateAuthority.read(file, password, clock)
                        : CertificateAuthority.create(clock);
        return new CredentialDirectory(directory, password, authority, !known);
    }

    /** Whether it had no authority. */
    public boolean created() {
        return created;
    }

    /** The authority's name. */
    public String authority() {
        return authority.name();
    }

    /**
     * Issues the server's, in {@code server.p12}.
     *
     * @param names host names and IP addresses; those of this machine for itself are added
     */
    public void server(List<String> names) {
        issue("server", new Identity(Role.SERVER, "server"), withThisMachine(names));
    }

    /**
     * Issues a relay's, in {@code relay-<name>.p12} by the first of its names.
     *
     * @param names host names and IP addresses; those of this machine for itself are added
     */
    public void relay(List<String> names) {
        String name = HostNames.check(names.get(0)).replace(':', '-');
        issue("relay-" + name, new Identity(Role.RELAY, name), withThisMachine(names));
    }

    /** Issues an agent's, in {@code agent-<name>.p12}. */
    public void agent(String name) {
        issue("agent-" + name, new Identity(Role.AGENT, name), List.of());
    }

    /** Issues the operator's, in {@code operator.p12}. */
    public void operator() {
        issue("operator", new Identity(Role.OPERATOR, "operator"), List.of());
    }

    /**
     * Writes all that was issued, or nothing if a file is there already.
     *
     * @return the files, in the order of issue
     * @throws CredentialException if one is there
     * @throws IOException if the files cannot be written
     */
    public List<Path> write() throws IOException {
        PrivateFiles.createDirectories(directory);
        for (Path file : issued.keySet()) {
            KeyFile.requireFree(file);
        }
        List<Path> written = new ArrayList<>();
        if (created) {
            Path file = file(directory, AUTHORITY);
            authority.write(file, password);
            written.add(file);
        }
        for (Map.Entry<Path, Credential> one : issued.entrySet()) {
            one.getValue().write(one.getKey(), password);
            written.add(one.getKey());
        }
        issued.clear();
        return written;
    }

    private void issue(String name, Identity holder, List<String> names) {
        if (issued.put(file(directory, name), authority.issue(holder, names)) != null) {
            throw new CredentialException(
                    "expected each holder once, found %s twice".formatted(holder));
        }
    }

    private static List<String> withThisMachine(List<String> names) {
        List<String> all = new ArrayList<>(names);
        all.addAll(THIS_MACHINE);
        return all;
    }

    private static Path file(Path directory, String name) {
        return directory.resolve(name + ".p12");
    }
}
