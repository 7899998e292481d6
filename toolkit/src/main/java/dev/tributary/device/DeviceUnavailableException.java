package dev.tributary.device;

/** A device was demanded and cannot be had; the message says what to do. */
public final class DeviceUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With what was asked for, what was found, and the remedy. */
    public DeviceUnavailableException(String message) {
        super(message);
    }
}
