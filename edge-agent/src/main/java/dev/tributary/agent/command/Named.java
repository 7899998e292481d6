package dev.tributary.agent.command;

import static java.util.stream.Collectors.toMap;

import dev.tributary.cli.CommandException;
import dev.tributary.config.Problem;
import dev.tributary.plugin.Plugins;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Things of a catalog, by what a user types. */
final class Named {
    private Named() {}

    /**
     * The thing of that name.
     *
     * @param where how the message begins
     * @param kind what such a thing is called
     * @throws CommandException if there is none, with the nearest name
     */
    static <T> T find(
            String where, String kind, Collection<T> all, Function<T, String> name, String wanted) {
        Map<String, T> known = all.stream().collect(toMap(name, each -> each));
        T found = known.get(wanted);
        if (found == null) {
            throw new CommandException(
                    Problem.unknown(
                                    "",
                                    kind,
                                    new TreeMap<>(known).keySet(),
                                    Plugins.elsewhere(),
                                    wanted)
                            .describe(where));
        }
        return found;
    }
}
