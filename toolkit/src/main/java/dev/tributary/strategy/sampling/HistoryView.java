package dev.tributary.strategy.sampling;

import org.jspecify.annotations.Nullable;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BiFunction;

/**
 * Example counts seen as histories: to choose a few of very many clients takes no memory for each
 * of them. Read only; changes as what it looks at does.
 */
@SuppressWarnings("JdkObsolete") // Of NavigableMap, which has twice the methods, nobody asks any.
final class HistoryView extends AbstractMap<String, ClientHistory>
        implements SortedMap<String, ClientHistory> {
    private final SortedMap<String, Long> exampleCounts;
    private final BiFunction<String, Long, ClientHistory> history;

    /**
     * @param exampleCounts by client id
     * @param history of a client with so many examples
     */
    HistoryView(
            SortedMap<String, Long> exampleCounts,
            BiFunction<String, Long, ClientHistory> history) {
        this.exampleCounts = exampleCounts;
        this.history = history;
    }

    @Override
    public int size() {
        return exampleCounts.size();
    }

    @Override
    public boolean containsKey(@Nullable Object client) {
        return exampleCounts.containsKey(client);
    }

    @Override
    public @Nullable ClientHistory get(@Nullable Object client) {
        if (!(client instanceof String id)) {
            return null;
        }
        Long count = exampleCounts.get(id);
        return count == null ? null : history.apply(id, count);
    }

    /** Without a history for each. */
    @Override
    public Set<String> keySet() {
        return Collections.unmodifiableSet(exampleCounts.keySet());
    }

    @Override
    public Set<Map.Entry<String, ClientHistory>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return exampleCounts.size();
            }

            @Override
            public Iterator<Map.Entry<String, ClientHistory>> iterator() {
                return exampleCounts.entrySet().stream().map(HistoryView.this::known).iterator();
            }
        };
    }

    @Override
    public @Nullable Comparator<? super String> comparator() {
        return exampleCounts.comparator();
    }

    @Override
    public SortedMap<String, ClientHistory> subMap(String from, String to) {
        return new HistoryView(exampleCounts.subMap(from, to), history);
    }

    @Override
    public SortedMap<String, ClientHistory> headMap(String to) {
        return new HistoryView(exampleCounts.headMap(to), history);
    }

    @Override
    public SortedMap<String, ClientHistory> tailMap(String from) {
        return new HistoryView(exampleCounts.tailMap(from), history);
    }

    @Override
    public String firstKey() {
        return exampleCounts.firstKey();
    }

    @Override
    public String lastKey() {
        return exampleCounts.lastKey();
    }

    private Map.Entry<String, ClientHistory> known(Map.Entry<String, Long> client) {
        return Map.entry(client.getKey(), history.apply(client.getKey(), client.getValue()));
    }
}
