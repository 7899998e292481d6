package dev.tributary.models.catalog;

import dev.tributary.protocol.ModelSpec;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the files lie that a model from elsewhere names: in a directory of this machine, or
 * nowhere.
 *
 * <p>A server may name any path. Only the names at its end count: the file is the one in the
 * directory that has the longest end of the server's path. So {@code /srv/runs/7/base.safetensors}
 * is {@code 7/base.safetensors} in the directory, or else {@code base.safetensors}. It is opened if
 * it lies in the directory with all links resolved, and has the SHA-256 that came with the path,
 * which the catalog checks: a server can choose among files that somebody put there and that it has
 * itself, and no others.
 *
 * <p>What is wrong is told without the directory's path, for it reaches the server. Immutable and
 * thread-safe.
 */
public final class ModelDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ModelDirectory.class);

    /** In messages, in place of the directory. */
    private static final String PLACE = "<model-dir>";

    /** More directories than anybody keeps models under. */
    private static final int MOST_NAMES = 32;

    private final @Nullable Path directory;

    private ModelDirectory(@Nullable Path directory) {
        this.directory = directory;
    }

    /** There is none: a model that needs a file is refused. */
    public static ModelDirectory none() {
        return new ModelDirectory(null);
    }

    /**
     * A directory that holds nothing that a server may not choose.
     *
     * @throws ModelException if it is none
     */
    public static ModelDirectory of(Path directory) {
        try {
            Path real = directory.toRealPath();
            if (Files.isDirectory(real)) {
                return new ModelDirectory(real);
            }
        } catch (IOException e) {
            // Told below: for the user it is the same.
        }
        throw new ModelException("expected a directory, found none at " + directory);
    }

    /**
     * The spec with the paths of files here.
     *
     * @param files the options that hold paths
     * @throws ModelException if a file is not in the directory, or comes without its SHA-256
     */
    ModelSpec localize(ModelSpec spec, Set<String> files) {
        Map<String, String> options = new HashMap<>(spec.options());
        for (String option : files) {
            options.computeIfPresent(option, (name, path) -> find(spec, name, path).toString());
        }
        return new ModelSpec(spec.name(), options);
    }

    /** A failure with a model's files, as it may be told to the server. */
    public ModelException told(ModelException failure) {
        Path place = directory;
        if (place == null) {
            return failure;
        }
        LOG.debug("a model with files of {}", place, failure);
        String message = String.valueOf(failure.getMessage());
        // Without the causes, whose messages may hold the path, too.
        return new ModelException(message.replace(place.toString(), PLACE));
    }

    private Path find(ModelSpec spec, String option, String named) {
        Path place = place(spec, option, named);
        Deque<String> end = end(named);
        while (!end.isEmpty()) {
            Path path = place.resolve(String.join("/", end));
            if (Files.isRegularFile(path)) {
                String expected = "a file that lies in " + PLACE + " when links are followed";
                return inside(place, path).orElseThrow(() -> wrong(spec, option, expected, named));
            }
            end.removeFirst();
        }
        throw wrong(spec, option, "the path of a file that is also in " + PLACE, named);
    }

    /** The directory, if there is one and the file can be told from others. */
    private Path place(ModelSpec spec, String option, String named) {
        Path place = directory;
        if (place == null) {
            throw wrong(
                    spec,
                    option,
                    "no file, for this agent was started without --model-dir: the directory from"
                            + " which it may open files that a server names",
                    named);
        }
        String hash = ModelFile.hashOption(option);
        if (!spec.options().containsKey(hash)) {
            throw wrong(
                    spec, option, "also the option " + hash + ", by which a file is known", named);
        }
        return place;
    }

    private static Optional<Path> inside(Path place, Path path) {
        try {
            Path real = path.toRealPath();
            return real.startsWith(place) ? Optional.of(real) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The names at the end of a path of any system, behind all that is no plain name. */
    private static Deque<String> end(String path) {
        String[] names = path.strip().split("[/\\\\]", -1);
        Deque<String> end = new ArrayDeque<>();
        for (int i = names.length - 1; i >= 0 && end.size() < MOST_NAMES; i--) {
            if (!isPlain(names[i])) {
                break;
            }
            end.addFirst(names[i]);
        }
        return end;
    }

    private static boolean isPlain(String name) {
        try {
            Path path = Path.of(name);
            return path.getRoot() == null && !Set.of("", ".", "..").contains(name);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static ModelException wrong(
            ModelSpec spec, String option, String expected, String found) {
        return new ModelException(
                "model %s, option %s: expected %s, found \"%s\""
                        .formatted(spec.name(), option, expected, found));
    }
}
