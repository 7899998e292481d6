package dev.tributary.models.catalog;

import java.util.Map;
import java.util.Set;

/**
 * Builds the models of one family; found by name through {@link java.util.ServiceLoader}.
 *
 * <p>To add any DJL Block, implement this, list the class in {@code
 * META-INF/services/dev.tributary.models.catalog.ModelFactory}, and put the jar on the class path
 * of server and agents. Implementations are stateless and thread-safe.
 */
public interface ModelFactory {
    /** DJL's name for the class that builds a Block. */
    String BLOCK_FACTORY = "blockFactory";

    /** The name by which run files and commands ask for it: lower-case-with-dashes. */
    String name();

    /** One line for the listing. */
    String description();

    /**
     * The options beyond {@code input} and {@code classes}, which every family has, each with a
     * line that says what it means and its default.
     */
    Map<String, String> options();

    /** The options without which there is no model, such as a file's path; none by default. */
    default Set<String> requiredOptions() {
        return Set.of();
    }

    /**
     * The options that hold the path of a file which everybody must have alike, as {@link
     * ModelFile} says; none by default. At an agent they hold paths within its {@link
     * ModelDirectory}, whatever the server wrote, and everywhere the file has been held against its
     * SHA-256 when {@link #create} is called.
     */
    default Set<String> fileOptions() {
        return Set.of();
    }

    /** A task that suits the family, for the listing. */
    default TypicalTask typicalTask() {
        return TypicalTask.DIGITS;
    }

    /**
     * How DJL builds the Block of a saved model: a {@code blockFactory} and its arguments. By
     * default Tributary's own, which finds this factory by its name.
     *
     * @param context what the model was made for
     */
    default Map<String, String> servingProperties(ModelContext context) {
        return Map.of(BLOCK_FACTORY, CatalogBlockFactory.class.getName());
    }

    /**
     * Describes a model. Equal contexts give definitions with equal layouts, in every process.
     *
     * @throws ModelException if an option has a wrong value or the input does not suit the family
     */
    ModelDefinition create(ModelContext context);
}
