package dev.tributary.models.djl;

import ai.djl.nn.BlockFactory;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.ModelFile;
import dev.tributary.models.catalog.OutputCheck;
import dev.tributary.plugin.PluginException;
import dev.tributary.plugin.Plugins;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Any Block for which there is a DJL {@link BlockFactory}: one of DJL's model zoo, or of a plug-in.
 *
 * <p>With a file of parameters, as {@code Model.save} writes it, the model starts from the values
 * in it; else from the run's seed. What a {@code Criteria} of DJL needs for such a directory are
 * the same factory and arguments.
 */
public final class DjlFactory implements ModelFactory {
    private static final String FACTORY = "block-factory";
    private static final String ARGUMENTS = "arguments";
    private static final String PARAMETERS = "parameters";

    /** For the service loader. */
    public DjlFactory() {}

    @Override
    public String name() {
        return "djl";
    }

    @Override
    public String description() {
        return "a Block of DJL's model zoo or your own, by its BlockFactory; with the values of a"
                + " saved model";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                FACTORY,
                "class of the factory, such as ai.djl.basicmodelzoo.basic.MlpBlockFactory",
                ARGUMENTS,
                "what it is given, such as width=28;height=28;hidden=128,64;output=10",
                PARAMETERS,
                "a file <name>-<epoch>.params that DJL has saved, which server and agents each"
                        + " have");
    }

    @Override
    public Set<String> requiredOptions() {
        return Set.of(FACTORY);
    }

    @Override
    public Set<String> fileOptions() {
        return Set.of(PARAMETERS);
    }

    /** The user's own factory: DJL needs nothing of Tributary's to load what it has trained. */
    @Override
    public Map<String, String> servingProperties(ModelContext context) {
        Map<String, String> lines = new TreeMap<>();
        arguments(context).forEach((name, value) -> lines.put(name, value.toString()));
        lines.put(BLOCK_FACTORY, context.text(FACTORY));
        return lines;
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        FactoryBlock factory = new FactoryBlock(context, factory(context), arguments(context));
        if (context.has(PARAMETERS)) {
            Path file = ModelFile.of(context, PARAMETERS);
            OutputCheck.check(context, manager -> factory.load(file, manager), file);
            return ModelDefinition.loaded(context, manager -> factory.load(file, manager));
        }
        OutputCheck.check(context, factory::initialized, factory.factory().getClass().getName());
        return ModelDefinition.of(context, factory::newBlock);
    }

    private static BlockFactory factory(ModelContext context) {
        try {
            return Plugins.instance(BlockFactory.class, context.text(FACTORY));
        } catch (PluginException e) {
            throw new ModelException(
                    "model %s, option %s: %s".formatted(context.model(), FACTORY, e.getMessage()),
                    e);
        }
    }

    private static Map<String, Object> arguments(ModelContext context) {
        Map<String, Object> arguments = new TreeMap<>();
        if (!context.has(ARGUMENTS)) {
            return arguments;
        }
        for (String part : context.text(ARGUMENTS).split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw context.wrong(ARGUMENTS, "name=value with semicolons between");
            }
            arguments.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
        }
        return arguments;
    }
}
