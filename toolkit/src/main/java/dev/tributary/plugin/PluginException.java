package dev.tributary.plugin;

/** A directory of plug-ins cannot be used; the message says what was expected and found. */
public final class PluginException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PluginException(String message) {
        super(message);
    }
}
