package dev.tributary.cli;

import dev.tributary.credentials.Credential;
import dev.tributary.credentials.CredentialException;
import dev.tributary.credentials.Role;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** The option that says who a process is; a mixin. */
public final class CredentialsOption {
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}._/+:@%,=-]+");

    @Option(
            names = "--credentials",
            paramLabel = "<file>",
            description =
                    "Who this is, in a file that 'tributary credentials' made; connections are then"
                            + " TLS, with certificates on both sides.")
    private @Nullable Path file;

    /** For picocli. */
    public CredentialsOption() {}

    /** Whether a file was named. */
    public boolean given() {
        return file != null;
    }

    /** What a further command must say to be the same holder, to be typed in a shell. */
    public String option() {
        return file == null ? "" : " --credentials " + quoted(file.toString());
    }

    /**
     * Reads the file; empty if none was named.
     *
     * @param roles what its holder must be one of
     * @throws CredentialException if it cannot be read, is not valid now, or is another's
     */
    public Optional<Credential> read(Role... roles) {
        return Optional.ofNullable(file)
                .map(named -> Credential.read(named, Credential.password()).of(roles));
    }

    /** In double quotes where it must be: the hints that it stands in are in single ones. */
    private static String quoted(String path) {
        return PLAIN.matcher(path).matches()
                ? path
                : '"' + path.replaceAll("[\\\\\"$`]", "\\\\$0") + '"';
    }
}
