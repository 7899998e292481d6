package dev.tributary.parameters;

/** Tensors are well-formed but not those of the model; the message names the first that differs. */
public final class LayoutMismatchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With the tensor, what was expected and what was found. */
    public LayoutMismatchException(String message) {
        super(message);
    }
}
