package dev.tributary.credentials;

/** A credential cannot be read, made or used; the message says why, and what to do about it. */
public final class CredentialException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the whole story in the message. */
    public CredentialException(String message) {
        super(message);
    }

    /** With the failure underneath. */
    public CredentialException(String message, Throwable cause) {
        super(message, cause);
    }
}
