package dev.tributary.cli;

import static java.util.stream.Collectors.joining;

import dev.tributary.credentials.HandshakeFailure;
import dev.tributary.plugin.Plugins;

import org.jspecify.annotations.Nullable;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.Optional;

import javax.net.ssl.SSLException;

/**
 * Any failure as one line that a user can act on; where our own exceptions tell of several
 * problems, as one line for each.
 */
public final class ErrorText {
    private static final int CAUSES_AT_MOST = 8;

    private ErrorText() {}

    /**
     * The failure's message, and those of its causes that add something, joined by colons; alone if
     * it is ours and ends in what was at the bottom of it.
     */
    public static String of(Throwable failure) {
        if (isOurs(failure) && failure != root(failure) && tells(failure, root(failure))) {
            return describe(failure);
        }
        String text = "";
        Throwable cause = failure;
        for (int i = 0; i < CAUSES_AT_MOST && cause != null; i++) {
            Optional<String> whole = withCauses(cause);
            if (whole.isPresent()) {
                return text.contains(whole.get()) ? text : joined(text, whole.get());
            }
            if (!onlyWraps(cause) && !text.contains(detail(cause))) {
                text = joined(text, describe(cause));
            }
            cause = cause.getCause();
        }
        return text;
    }

    private static String joined(String text, String more) {
        return text.isEmpty() ? more : text + ": " + more;
    }

    /** A failure together with its causes, where these only name classes; empty for most. */
    private static Optional<String> withCauses(Throwable failure) {
        if (failure instanceof ConnectException && failure.getMessage() == null) {
            boolean unknown = failure.getCause() instanceof UnresolvedAddressException;
            return Optional.of(unknown ? "cannot connect: unknown host" : "cannot connect");
        }
        if (failure instanceof NoClassDefFoundError
                && failure.getCause() instanceof ClassNotFoundException missing) {
            return Optional.of(defect(failure) + "there is no class " + missing.getMessage());
        }
        return failure instanceof SSLException || failure instanceof CertificateException
                ? HandshakeFailure.reason(failure)
                : Optional.empty();
    }

    private static boolean tells(Throwable failure, Throwable cause) {
        return detail(failure).contains(detail(cause));
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int i = 0; i < CAUSES_AT_MOST && root.getCause() != null; i++) {
            root = Objects.requireNonNull(root.getCause());
        }
        return root;
    }

    private static boolean isOurs(Throwable failure) {
        return failure.getClass().getPackageName().startsWith("dev.tributary");
    }

    /** Whether its message is but the cause's name and message, as of an UncheckedIOException. */
    private static boolean onlyWraps(Throwable failure) {
        Throwable cause = failure.getCause();
        String message = failure.getMessage();
        return cause != null && (message == null || message.equals(cause.toString()));
    }

    private static String detail(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        return message.strip()
                .lines()
                .map(line -> Format.printable(line.strip()))
                .filter(line -> !line.isEmpty())
                .collect(joining(isOurs(failure) ? "\n  " : " "));
    }

    private static String describe(Throwable failure) {
        String prefix = prefix(failure);
        return prefix == null ? detail(failure) : prefix + detail(failure);
    }

    /** What the messages of some classes leave to the name of the class. */
    private static @Nullable String prefix(Throwable failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file: ";
        }
        if (failure instanceof NotDirectoryException) {
            return "not a directory: ";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "file exists already: ";
        }
        if (failure instanceof AccessDeniedException) {
            return "access denied: ";
        }
        if (failure instanceof UnknownHostException) {
            return "unknown host: ";
        }
        if (failure instanceof ConnectException) {
            return "cannot connect: ";
        }
        if (failure instanceof OutOfMemoryError) {
            return "out of memory (TRIBUTARY_JAVA_OPTS=-Xmx... gives more): ";
        }
        return isDefect(failure) ? defect(failure) : null;
    }

    /** Whose it is: the user's code may have defects of its own. */
    private static String defect(Throwable failure) {
        return Plugins.at(failure)
                        .map(plugin -> "error in plug-in class " + plugin)
                        .orElse("internal error")
                + ", --debug shows where: ";
    }

    /** Whether it speaks of the program and not of what the user asked for. */
    private static boolean isDefect(Throwable failure) {
        boolean silent = failure.getMessage() == null || failure.getMessage().isBlank();
        return failure instanceof NullPointerException
                || failure instanceof ClassCastException
                || failure instanceof IndexOutOfBoundsException
                || failure instanceof LinkageError
                || (silent && failure.getCause() == null);
    }
}
