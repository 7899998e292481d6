package dev.tributary.agent.state;

import dev.tributary.wire.TensorBody;

/**
 * An update that was trained before, whole and checked.
 *
 * @param record what was written down about it
 * @param body exactly as it is sent; mapped from its file, which may be deleted meanwhile
 */
public record StoredUpdate(UpdateRecord record, TensorBody body) {}
