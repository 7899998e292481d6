package dev.tributary.protocol;

/**
 * The JSON body of every answer that is not a success.
 *
 * @param code why
 * @param message one sentence: what was expected, what was found, where
 */
public record ErrorReply(ErrorCode code, String message) {}
