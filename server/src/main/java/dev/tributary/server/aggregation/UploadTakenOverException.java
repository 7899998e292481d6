package dev.tributary.server.aggregation;

import java.io.IOException;

/** Another upload of the same client goes on in place of this one, or its round is over. */
public final class UploadTakenOverException extends IOException {
    private static final long serialVersionUID = 1;

    UploadTakenOverException() {
        super(
                "the round is over, or another upload of the same client has taken the place of"
                        + " this one");
    }
}
