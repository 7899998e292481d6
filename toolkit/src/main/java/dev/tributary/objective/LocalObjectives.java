package dev.tributary.objective;

import dev.tributary.data.DataException;
import dev.tributary.data.Options;
import dev.tributary.plugin.Plugins;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The objectives that a strategy can name: ours, and those of other jars on the class path. */
public final class LocalObjectives {
    private LocalObjectives() {}

    /**
     * All of them, by name.
     *
     * @throws IllegalArgumentException if two have the same name
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

    private static Map<String, LocalObjectiveFactory> byName() {
        Map<String, LocalObjectiveFactory> factories = new TreeMap<>();
        for (LocalObjectiveFactory factory : Plugins.services(LocalObjectiveFactory.class)) {
            LocalObjectiveFactory earlier = factories.putIfAbsent(factory.name(), factory);
            if (earlier != null) {
                throw new IllegalArgumentException(
                        "objective %s: expected one class, found %s and %s"
                                .formatted(
                                        factory.name(),
                                        earlier.getClass().getName(),
                                        factory.getClass().getName()));
            }
        }
        return factories;
    }
}
