package dev.tributary.objective;

import dev.tributary.data.DataException;
import dev.tributary.data.Options;
import dev.tributary.plugin.Plugins;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The objectives that a strategy can name: ours, and those of other jars on the class path. */
public final class LocalObjectives {
    private LocalObjectives() {}

    /**
     * All of them, by name.
     *
     * @throws dev.tributary.plugin.PluginException if two have the same name
     */
    public static List<LocalObjectiveFactory> all() {
        return List.copyOf(byName().values());
    }

    /**
     * The objective that a specification names.
     *
     * @throws IllegalArgumentException if there is no such objective or option, or a value is
     *     wrong, telling what there is
     */
    public static LocalObjective of(ObjectiveSpec spec) {
        Map<String, LocalObjectiveFactory> known = byName();
        LocalObjectiveFactory factory = known.get(spec.name());
        if (factory == null) {
            throw new IllegalArgumentException(
                    "objective: expected one of %s, found \"%s\""
                            .formatted(known.keySet(), spec.name()));
        }
        try {
            String owner = "objective " + spec.name();
            return factory.create(Options.of(owner, factory.options(), spec.options()));
        } catch (DataException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static SortedMap<String, LocalObjectiveFactory> byName() {
        return Plugins.named(LocalObjectiveFactory.class, "objective", LocalObjectiveFactory::name);
    }
}
