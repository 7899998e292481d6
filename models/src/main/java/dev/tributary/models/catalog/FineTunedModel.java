package dev.tributary.models.catalog;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;

import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.LayoutMismatchException;
import dev.tributary.parameters.MalformedTensorsException;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.SafetensorsHeader.Entry;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** A model of which a part is trained: where its values come from and go to. Thread-safe. */
final class FineTunedModel {
    private static final NDIndex ALL = new NDIndex(":");
    private static final ParameterInitializer ADAPTERS = HeNormalInitializer.withoutRectifiers();

    private final ModelDefinition model;
    private final FineTuning tuning;
    private final Set<String> frozen;

    /**
     * @param model the whole model
     * @param frozen names of its tensors that are not trained
     */
    FineTunedModel(ModelDefinition model, FineTuning tuning, Set<String> frozen) {
        this.model = model;
        this.tuning = tuning;
        this.frozen = frozen;
    }

    ModelContext context() {
        return model.context();
    }

    ModelDefinition model() {
        return model;
    }

    /** A Block that has its frozen values. */
    Block load(NDManager manager) {
        Block block = model.newBlock(manager);
        if (frozen.isEmpty()) {
            return block;
        }
        if (block instanceof SymbolBlock) {
            throw context()
                    .wrong(
                            FineTuning.FREEZE,
                            "none, for a TorchScript module: save it with requires_grad=False where"
                                    + " it is not to be trained");
        }
        FlatParameters parameters = FlatParameters.of(block);
        try (NDArray values = manager.zeros(new Shape(model.layout().size()))) {
            start(values, new RandomStreams(0));
            parameters.unpack(values);
        } catch (IOException e) {
            throw new UncheckedIOException("the frozen values cannot be read: " + e, e);
        }
        return new FineTunedBlock(block, parameters, frozen, tuning.rank(), manager);
    }

    /** What is trained, as it is at first: as in the base, and adapters without effect. */
    InitialValues values(FlatParameters trained) {
        List<TensorSpec> tensors = trained.layout().tensors();
        List<Parameter.Type> types = trained.parameters().stream().map(Parameter::getType).toList();
        return (flat, streams) -> {
            try (NDManager scope = flat.getManager().newSubManager()) {
                NDArray whole = scope.zeros(new Shape(model.layout().size()));
                start(whole, streams);
                for (int i = 0; i < tensors.size(); i++) {
                    TensorSpec tensor = tensors.get(i);
                    Optional<TensorSpec> source = model.layout().tensor(tensor.name());
                    if (source.isPresent()) {
                        copy(whole, source.get(), flat, tensor);
                    } else {
                        SeededValues.put(adapter(tensor, types.get(i), streams, i), tensor, flat);
                    }
                }
            }
        };
    }

    /**
     * Puts the whole model together.
     *
     * @param layout of what was trained
     * @see ModelDefinition#complete
     */
    void complete(ParameterLayout layout, NDArray flat, NDArray complete) throws IOException {
        start(complete, new RandomStreams(0));
        for (TensorSpec tensor : model.layout().tensors()) {
            Optional<TensorSpec> trained = layout.tensor(tensor.name());
            if (trained.isPresent()) {
                copy(flat, trained.get(), complete, tensor);
            }
            Optional<TensorSpec> down = layout.tensor(Adapter.down(tensor.name()));
            Optional<TensorSpec> up = layout.tensor(Adapter.up(tensor.name()));
            if (down.isPresent() && up.isPresent()) {
                try (NDArray a = FlatParameters.view(flat, down.get());
                        NDArray b = FlatParameters.view(flat, up.get());
                        NDArray weight = FlatParameters.view(complete, tensor);
                        NDArray merged = Adapter.apply(weight, a, b)) {
                    weight.set(ALL, merged);
                }
            }
        }
    }

    /** The whole model as it is at first; what is frozen stays so, whatever the streams. */
    private void start(NDArray whole, RandomStreams streams) throws IOException {
        model.initialize(whole, streams);
        if (tuning.base().isEmpty()) {
            return;
        }
        try (Checkpoint base = Checkpoint.open(tuning.base().get())) {
            if (frozen.isEmpty()) {
                base.read(model.layout(), whole);
            } else {
                read(base, whole);
            }
        } catch (IOException | LayoutMismatchException | MalformedTensorsException e) {
            throw new ModelException(
                    "model %s, option %s: %s"
                            .formatted(context().model(), FineTuning.BASE, e.getMessage()),
                    e);
        }
    }

    /** What is trained may have another shape in the base: then it starts as without one. */
    private void read(Checkpoint base, NDArray whole) throws IOException {
        for (TensorSpec tensor : model.layout().tensors()) {
            Entry entry = base.header().tensors().get(tensor.name());
            boolean fits = entry != null && entry.shape().equals(tensor.shape());
            if (fits || frozen.contains(tensor.name())) {
                base.read(tensor.name(), tensor, whole);
            }
        }
    }

    private static float[] adapter(
            TensorSpec tensor, Parameter.Type type, RandomStreams streams, int index) {
        float[] values = new float[Math.toIntExact(tensor.size())];
        if (!Adapter.isUp(tensor.name())) {
            SplittableRandom random = streams.stream(Purpose.INITIALIZATION, index);
            ADAPTERS.fill(tensor, type, false, random, values);
        }
        return values;
    }

    private static void copy(NDArray from, TensorSpec source, NDArray to, TensorSpec target) {
        try (NDArray values = FlatParameters.slice(from, source.offset(), source.end());
                NDArray place = FlatParameters.slice(to, target.offset(), target.end())) {
            place.set(ALL, values);
        }
    }
}
