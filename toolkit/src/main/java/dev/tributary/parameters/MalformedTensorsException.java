package dev.tributary.parameters;

/** Bytes that should be a safetensors file are none; the message says where and how. */
public final class MalformedTensorsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With what was expected, what was found, and where. */
    public MalformedTensorsException(String message) {
        super(message);
    }

    /** With the failure underneath. */
    public MalformedTensorsException(String message, Throwable cause) {
        super(message, cause);
    }
}
