package dev.tributary.stories;

import dev.tributary.agent.ServerClient;
import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Sends updates whose last value is no number, with the checksum of exactly that. */
record SpoilingServerClient(ServerClient server, List<UpdateReceipt> receipts)
        implements ForwardingServerClient {
    @Override
    public UpdateReceipt putUpdate(RoundTask task, TensorBody body) {
        ByteBuffer wrong = ByteBuffer.allocate((int) body.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        body.chunks().forEach(chunk -> wrong.put(chunk.duplicate()));
        wrong.putFloat(wrong.limit() - Float.BYTES, Float.NaN).flip();
        UpdateReceipt receipt =
                server.putUpdate(
                        task, new TensorBody(List.of(wrong), body.bytes(), Checksum.of(wrong)));
        receipts.add(receipt);
        return receipt;
    }
}
