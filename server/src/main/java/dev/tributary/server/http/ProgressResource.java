package dev.tributary.server.http;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientProgress;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.round.RefusedException;

import java.util.EnumSet;
import java.util.Set;

/** {@link dev.tributary.protocol.Paths#PROGRESS}: a client tells how far it is. */
record ProgressResource(ClientDesk clients) implements Resource {
    private static final int MAX_REASON = 1000;
    private static final Set<ClientPhase> TELLABLE =
            EnumSet.of(
                    ClientPhase.DOWNLOADING,
                    ClientPhase.TRAINING,
                    ClientPhase.UPLOADING,
                    ClientPhase.EVALUATING,
                    ClientPhase.FAILED,
                    ClientPhase.DECLINED);

    @Override
    public Set<String> methods() {
        return Set.of("POST");
    }

    @Override
    public void handle(Exchange exchange) {
        String client = exchange.client();
        exchange.read(
                ClientProgress.class,
                progress -> {
                    check(progress);
                    exchange.when(clients.progress(client, progress), noted -> exchange.empty(204));
                });
    }

    private static void check(ClientProgress progress) {
        // An enum constant that Gson does not know becomes null.
        if (progress.phase() == null || !TELLABLE.contains(progress.phase())) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "phase: expected one of %s, found %s".formatted(TELLABLE, progress.phase()));
        }
        if (!(progress.fraction() >= 0 && progress.fraction() <= 1)) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "fraction: expected a number in [0, 1], found " + progress.fraction());
        }
        if (progress.reason() != null && progress.reason().length() > MAX_REASON) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "reason: expected at most %d characters, found %d"
                            .formatted(MAX_REASON, progress.reason().length()));
        }
        if (!Double.isFinite(progress.loss())) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "loss: expected a finite number, found " + progress.loss());
        }
    }
}
