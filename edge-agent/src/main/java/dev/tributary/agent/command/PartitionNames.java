package dev.tributary.agent.command;

import dev.tributary.data.partition.PartitionScheme;

import java.util.Iterator;

/** How data can be shared, for help texts. */
public final class PartitionNames implements Iterable<String> {
    /** For picocli. */
    public PartitionNames() {}

    @Override
    public Iterator<String> iterator() {
        return PartitionScheme.all().stream().map(PartitionScheme::name).iterator();
    }
}
