package dev.tributary.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

final class UnderWayTest {
    private static final UpdateReceipt ACCEPTED =
            new UpdateReceipt(Outcome.ACCEPTED, false, null, "accepted", 4);

    @TempDir private Path directory;

    @Test
    void updateThatCouldNotBeSentMayComeAgain() throws IOException {
        UnderWay underWay = new UnderWay();
        CompletableFuture<UpdateReceipt> first =
                underWay.send(
                        update(),
                        update -> {
                            throw new IllegalStateException("no way");
                        });
        assertThat(first).isCompletedExceptionally();
        assertThat(underWay.has(1, "a")).isFalse();
        assertThat(underWay.send(update(), update -> CompletableFuture.completedFuture(ACCEPTED)))
                .isCompletedWithValue(ACCEPTED);
    }

    private SpooledUpdate update() throws IOException {
        UpdateMetadata metadata = new UpdateMetadata("run", 1, "a", 0, 10, 0.5);
        Content content = new Content("00000000", 4);
        Spool spool = new Spool(directory);
        return new SpooledUpdate(metadata, 4, 1, 0, "00000000", spool.open(1, "a", content));
    }
}
