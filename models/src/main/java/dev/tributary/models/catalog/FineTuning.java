package dev.tributary.models.catalog;

import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.TensorNames;
import dev.tributary.parameters.TensorSpec;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which part of a model is trained, and from which values: options that every family has.
 *
 * <p>A frozen tensor is neither trained nor exchanged: everybody has it from the base file, or from
 * where the model itself comes from. Adapters are those of Hu et al. ("LoRA: Low-Rank Adaptation of
 * Large Language Models", 2022): a frozen matrix {@code W} becomes {@code W + B A}, of which only
 * {@code A} and {@code B} are trained and exchanged. (The paper's alpha is the rank here; another
 * would be another learning rate.)
 *
 * @param base a safetensors file with the values that the model starts from
 * @param freeze patterns of the names of frozen tensors
 * @param rank of the adapters on the frozen weights of DJL's {@code Linear}; 0 without adapters
 */
record FineTuning(Optional<Path> base, Optional<TensorNames> freeze, int rank) {
    static final String BASE = "base";
    static final String FREEZE = "freeze";
    static final String RANK = "lora-rank";

    /** The options, with their lines. */
    static Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(BASE, "safetensors file to start from, which server and agents each have");
        options.put(
                FREEZE,
                "tensors that are neither trained nor sent: patterns of names, with commas"
                        + " between");
        options.put(
                RANK,
                "rank of LoRA adapters on the frozen linear layers; without adapters if not given");
        return options;
    }

    static FineTuning of(ModelContext context) {
        if (context.has(RANK) && !context.has(FREEZE)) {
            throw context.wrong(
                    RANK, "also the option " + FREEZE + ", for adapters go onto what is frozen");
        }
        Optional<Path> base =
                context.has(BASE) ? Optional.of(ModelFile.of(context, BASE)) : Optional.empty();
        int rank = context.has(RANK) ? context.size(RANK, 1) : 0;
        return new FineTuning(
                base,
                context.has(FREEZE) ? Optional.of(patterns(context)) : Optional.empty(),
                rank);
    }

    /** The model with these options; itself if there are none. */
    ModelDefinition apply(ModelDefinition model) {
        if (base.isEmpty() && freeze.isEmpty()) {
            return model;
        }
        ModelContext context = model.context();
        Set<String> frozen = frozen(context, model.layout());
        if (!frozen.isEmpty() && base.isEmpty() && !model.hasOwnValues()) {
            throw context.wrong(
                    FREEZE, "also the option " + BASE + ", where the frozen values come from");
        }
        ModelDefinition tuned = ModelDefinition.of(new FineTunedModel(model, this, frozen));
        if (tuned.parameterCount() == 0) {
            throw context.wrong(
                    FREEZE,
                    "that something is left to train, of "
                            + model.layout().tensors().stream().map(TensorSpec::name).toList());
        }
        return tuned;
    }

    /** Statistics are not trained and so not frozen: they go on being averaged. */
    private Set<String> frozen(ModelContext context, ParameterLayout layout) {
        if (freeze.isEmpty()) {
            return Set.of();
        }
        Set<String> names =
                freeze.get().in(layout).stream()
                        .filter(tensor -> tensor.kind() == ParameterKind.TRAINABLE)
                        .map(TensorSpec::name)
                        .collect(Collectors.toUnmodifiableSet());
        if (names.isEmpty()) {
            throw context.wrong(
                    FREEZE,
                    "patterns for some of "
                            + layout.tensors().stream().map(TensorSpec::name).toList());
        }
        return names;
    }

    private static TensorNames patterns(ModelContext context) {
        List<String> globs =
                Arrays.stream(context.text(FREEZE).split(",", -1)).map(String::strip).toList();
        if (globs.stream().anyMatch(String::isEmpty)) {
            throw context.wrong(FREEZE, "patterns with commas between, none of them empty");
        }
        return new TensorNames(globs);
    }
}
