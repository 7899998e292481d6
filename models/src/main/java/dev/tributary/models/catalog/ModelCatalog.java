package dev.tributary.models.catalog;

import ai.djl.ndarray.types.Shape;

import dev.tributary.plugin.Plugins;
import dev.tributary.protocol.ModelSpec;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The model families on the class path, by name. Immutable and thread-safe.
 *
 * <p>Some options belong to every family: {@value #INPUT}, the shape of one example such as {@code
 * 1,28,28}, {@value #CLASSES}, with 0 for regression, {@code loss}, a {@link LossKind}, and {@code
 * base}, {@code freeze} and {@code lora-rank} of {@link FineTuning}. The first two come from the
 * data unless a run file says otherwise; {@link #complete} writes them into the {@code ModelSpec}
 * that travels, so that agents build the model without looking at data.
 */
public final class ModelCatalog {
    /** The option that holds the shape of one example. */
    public static final String INPUT = "input";

    /** The option that holds the number of classes. */
    public static final String CLASSES = "classes";

    private final Map<String, ModelFactory> factories =
            Plugins.named(ModelFactory.class, "model", ModelFactory::name);

    private ModelCatalog() {}

    /**
     * Finds all families on the class path.
     *
     * @throws dev.tributary.plugin.PluginException if two have the same name
     */
    public static ModelCatalog load() {
        return new ModelCatalog();
    }

    /** All families, by name. */
    public Collection<ModelFactory> factories() {
        return factories.values();
    }

    /**
     * The family of that name.
     *
     * @throws ModelException listing the names that there are
     */
    public ModelFactory named(String name) {
        ModelFactory factory = factories.get(name);
        if (factory == null) {
            throw new ModelException(
                    "model: expected one of %s%s, found \"%s\""
                            .formatted(
                                    String.join(", ", factories.keySet()),
                                    Plugins.elsewhere(),
                                    name));
        }
        return factory;
    }

    /**
     * The spec with {@value #INPUT} and {@value #CLASSES} filled in from the data, where the user
     * did not write them, and with the SHA-256 of the files that it names.
     *
     * @param spec what the user asked for
     * @param featureShape the shape of one example's features
     * @param classCount the number of classes; 0 for regression
     * @throws ModelException if the name or an option is unknown, or a file cannot be read
     */
    public ModelSpec complete(ModelSpec spec, long[] featureShape, int classCount) {
        checkOptions(spec);
        Map<String, String> options = new HashMap<>(spec.options());
        options.putIfAbsent(
                INPUT,
                Arrays.stream(featureShape)
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(",")));
        options.putIfAbsent(CLASSES, Integer.toString(classCount));
        return complete(new ModelSpec(spec.name(), options));
    }

    /**
     * The spec with the SHA-256 of the files that it names; all else stays as the user wrote it.
     *
     * @throws ModelException if the name or an option is unknown, or a file cannot be read
     */
    public ModelSpec complete(ModelSpec spec) {
        checkOptions(spec);
        Map<String, String> options = new HashMap<>(spec.options());
        for (String file : fileOptions(named(spec.name()))) {
            ModelFile.complete(spec.name(), file, options);
        }
        return new ModelSpec(spec.name(), options);
    }

    /**
     * The spec of the {@linkplain ModelDefinition#complete() complete} model with its values:
     * without the options by which only a part is trained, and without files that it only started
     * from.
     */
    public ModelSpec whole(ModelSpec spec) {
        Map<String, String> options = new HashMap<>(spec.options());
        options.keySet().removeAll(FineTuning.options().keySet());
        ModelFactory factory = named(spec.name());
        for (String file : fileOptions(factory)) {
            if (!factory.requiredOptions().contains(file)) {
                options.remove(file);
                options.remove(ModelFile.hashOption(file));
            }
        }
        return new ModelSpec(spec.name(), options);
    }

    /**
     * What DJL is told of a directory with a model's values, so that it builds the Block: the lines
     * of its {@code serving.properties}.
     */
    public Map<String, String> servingProperties(ModelDefinition model) {
        ModelContext context = model.context();
        Map<String, String> lines =
                new TreeMap<>(named(context.model()).servingProperties(context));
        lines.put("engine", "PyTorch");
        return lines;
    }

    /**
     * The model that a completed spec describes.
     *
     * @throws ModelException if the name or an option is unknown, a value is wrong, {@value #INPUT}
     *     or {@value #CLASSES} is missing, or a file is not the one that its SHA-256 says
     */
    public ModelDefinition create(ModelSpec spec) {
        checkOptions(spec);
        Map<String, String> own = new HashMap<>(spec.options());
        long[] input = numbers(spec, INPUT, own.remove(INPUT));
        long[] classes = numbers(spec, CLASSES, own.remove(CLASSES));
        if (classes.length != 1 || classes[0] > Integer.MAX_VALUE) {
            throw wrong(spec, CLASSES, "one whole number", spec.options().get(CLASSES));
        }
        ModelContext context =
                new ModelContext(spec.name(), new Shape(input), (int) classes[0], own);
        ModelFactory factory = named(spec.name());
        fileOptions(factory).forEach(file -> ModelFile.check(context, file));
        return FineTuning.of(context).apply(factory.create(context));
    }

    /**
     * The model that a completed spec from elsewhere describes, with files of this machine.
     *
     * @param directory where they are
     * @throws ModelException if there is no such model here; tells nothing of where files lie
     */
    public ModelDefinition create(ModelSpec spec, ModelDirectory directory) {
        try {
            return create(directory.localize(spec, fileOptions(named(spec.name()))));
        } catch (ModelException e) {
            throw directory.told(e);
        }
    }

    /**
     * A family's model for a task, with its default options.
     *
     * @throws ModelException if the family does not suit the task
     */
    public ModelDefinition create(ModelFactory factory, TypicalTask task) {
        Map<String, String> options =
                Map.of(INPUT, task.input(), CLASSES, Integer.toString(task.classes()));
        return create(new ModelSpec(factory.name(), options));
    }

    /** The options that a family takes, with their lines. */
    public Map<String, String> options(ModelFactory factory) {
        Map<String, String> all = new TreeMap<>(ownOptions(factory));
        all.putAll(commonOptions());
        return all;
    }

    /** Those of them that not every family takes. */
    public Map<String, String> ownOptions(ModelFactory factory) {
        Map<String, String> own = new TreeMap<>(factory.options());
        factory.fileOptions().forEach(file -> putHash(own, file));
        return own;
    }

    /** The options that every family takes, with their lines. */
    public Map<String, String> commonOptions() {
        Map<String, String> all = new TreeMap<>(FineTuning.options());
        putHash(all, FineTuning.BASE);
        all.put(INPUT, "shape of one example, such as 1,28,28; from the data if not given");
        all.put(CLASSES, "number of classes, 0 for regression; from the data if not given");
        all.put(
                LossKind.OPTION,
                "cross-entropy (default), for 2 classes logistic, for sets of labels multi-label;"
                        + " squared (default) or absolute for regression");
        return all;
    }

    private static void putHash(Map<String, String> options, String file) {
        options.put(
                ModelFile.hashOption(file),
                "SHA-256 of the file in %s; from the file if not given".formatted(file));
    }

    /** The options of a family's models that hold paths of files. */
    public Set<String> fileOptions(ModelFactory factory) {
        Set<String> files = new TreeSet<>(factory.fileOptions());
        files.add(FineTuning.BASE);
        return files;
    }

    private void checkOptions(ModelSpec spec) {
        Set<String> known = options(named(spec.name())).keySet();
        for (String option : new TreeSet<>(spec.options().keySet())) {
            if (!known.contains(option)) {
                throw new ModelException(
                        "model %s, options: expected %s, found \"%s\""
                                .formatted(spec.name(), String.join(", ", known), option));
            }
        }
        for (String option : new TreeSet<>(named(spec.name()).requiredOptions())) {
            if (!spec.options().containsKey(option)) {
                throw wrong(spec, option, "a value, for there is no default", "none");
            }
        }
    }

    private static long[] numbers(ModelSpec spec, String option, @Nullable String text) {
        if (text == null) {
            throw wrong(spec, option, "a value", "none");
        }
        try {
            long[] numbers =
                    Arrays.stream(text.split(",", -1))
                            .map(String::strip)
                            .mapToLong(Long::parseLong)
                            .toArray();
            if (Arrays.stream(numbers).noneMatch(number -> number < 0)) {
                return numbers;
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words as a number out of range.
        }
        throw wrong(spec, option, "whole numbers, not negative, separated by commas", text);
    }

    private static ModelException wrong(
            ModelSpec spec, String option, String expected, @Nullable String found) {
        return new ModelException(
                "model %s, option %s: expected %s, found \"%s\""
                        .formatted(spec.name(), option, expected, found));
    }
}
