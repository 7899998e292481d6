package dev.tributary.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.agent.ServerClient;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RoundTask;
import dev.tributary.protocol.UpdateReceipt;
import dev.tributary.wire.TensorBody;

/** Sends every update twice, as a client does whose connection broke before the receipt came. */
record RepeatingServerClient(ServerClient server) implements ForwardingServerClient {
    @Override
    public UpdateReceipt putUpdate(RoundTask task, TensorBody body) {
        UpdateReceipt first = server.putUpdate(task, body);
        UpdateReceipt second = server.putUpdate(task, body);
        assertThat(second.outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(second.duplicate()).isTrue();
        return first;
    }
}
