package dev.tributary.plugin;

/** Plug-ins cannot be used, or not together; the message says what was expected and found. */
public final class PluginException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PluginException(String message) {
        super(message);
    }

    PluginException(String message, Throwable cause) {
        super(message, cause);
    }
}
