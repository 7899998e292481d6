package dev.tributary.models.catalog;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.random.RandomStreams;
import dev.tributary.training.ModelSource;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A model that can be built any number of times, everywhere alike.
 *
 * <p>Holds no device memory; immutable and thread-safe. Its Blocks take float32 features {@code
 * [batch, input...]} and give float32 {@code [batch, outputs]}.
 */
public final class ModelDefinition implements ModelSource {
    private static final NDIndex ALL = new NDIndex(":");

    private final ModelContext context;
    private final BlockLoader blocks;
    private final InitialValues values;
    private final ParameterLayout layout;
    private final @Nullable FineTunedModel fineTuned;

    private ModelDefinition(
            ModelContext context,
            BlockLoader blocks,
            Function<FlatParameters, InitialValues> values,
            @Nullable FineTunedModel fineTuned) {
        this.context = requireNonNull(context, "context is null");
        this.blocks = requireNonNull(blocks, "blocks is null");
        this.fineTuned = fineTuned;
        NativeStack.engine();
        try (NDManager scratch = NDManager.newBaseManager(Device.cpu())) {
            FlatParameters parameters = FlatParameters.of(newBlock(scratch));
            this.layout = parameters.layout();
            this.values = values.apply(parameters);
        }
    }

    /**
     * A model with {@linkplain HeNormalInitializer He's} initial values.
     *
     * @param context what it is for
     * @param blocks gives a new, uninitialized Block on each call, always of the same structure
     */
    public static ModelDefinition of(ModelContext context, Supplier<Block> blocks) {
        return of(context, blocks, new HeNormalInitializer());
    }

    /** A model with initial values of its own kind. */
    public static ModelDefinition of(
            ModelContext context, Supplier<Block> blocks, ParameterInitializer initializer) {
        requireNonNull(blocks, "blocks is null");
        requireNonNull(initializer, "initializer is null");
        return new ModelDefinition(
                context,
                manager -> blocks.get(),
                parameters -> SeededValues.of(parameters, initializer),
                null);
    }

    /**
     * A model whose initial values come with its Block: one of a model zoo, a TorchScript module.
     *
     * @param context what it is for
     * @param blocks gives a new Block with the same structure and values on each call
     */
    public static ModelDefinition loaded(ModelContext context, BlockLoader blocks) {
        requireNonNull(blocks, "blocks is null");
        return new ModelDefinition(
                context, blocks, parameters -> (flat, streams) -> packLoaded(blocks, flat), null);
    }

    /** A model of which only a part is trained. */
    static ModelDefinition of(FineTunedModel model) {
        return new ModelDefinition(model.context(), model::load, model::values, model);
    }

    /** What it is for: its name, input, classes and options. */
    public ModelContext context() {
        return context;
    }

    /** The shape of one example's features. */
    public Shape inputShape() {
        return context.input();
    }

    /** The number of classes; 0 for regression. */
    public int classCount() {
        return context.classCount();
    }

    /** Where each parameter lies in the flat vector. */
    @Override
    public ParameterLayout layout() {
        return layout;
    }

    /**
     * Writes the {@linkplain #complete() complete} model's parameters: what was trained together
     * with what is frozen, adapters merged into the weights that they belong to.
     *
     * @param flat float32 {@code [layout.size()]}; read only
     * @param complete float32 {@code [complete().layout().size()]} on the same device; overwritten
     */
    public void complete(NDArray flat, NDArray complete) {
        try (GradientScope off = GradientScope.off()) {
            if (fineTuned == null) {
                complete.set(ALL, flat);
            } else {
                fineTuned.complete(layout, flat, complete);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the frozen values cannot be read: " + e, e);
        }
    }

    /**
     * The model with all of its tensors, of which this one may train a part; itself if it trains
     * all.
     */
    public ModelDefinition complete() {
        return fineTuned == null ? this : fineTuned.model();
    }

    /**
     * What the outputs for an example mean.
     *
     * @param outputs as many as the model has
     * @return the probability of each class, of each label where the loss is multi-label, or one
     *     number for regression
     */
    public double[] answer(float[] outputs) {
        return context.lossKind().answer(outputs);
    }

    /** Whether the initial values come with the Blocks, and not from the run's seed. */
    boolean hasOwnValues() {
        return !(values instanceof SeededValues);
    }

    /** The number of trainable parameters. */
    public long parameterCount() {
        return layout.size(ParameterKind.TRAINABLE);
    }

    /** The loss that training minimizes, as a batch mean; thread-safe. */
    @Override
    public Loss loss() {
        return context.loss();
    }

    /**
     * A new Block, ready for a {@code LocalTrainer}, whose own weights do not matter.
     *
     * @param manager owns its arrays and names the device
     */
    @Override
    public Block newBlock(NDManager manager) {
        try (GradientScope off = GradientScope.off()) {
            Block block = blocks.load(manager);
            // The values come from initialize(); the engine's generator is left alone.
            block.setInitializer(Initializer.ZEROS, Parameter.Type.WEIGHT);
            block.setInitializer(Initializer.ZEROS, Parameter.Type.OTHER);
            block.initialize(manager, DataType.FLOAT32, new Shape(1).addAll(inputShape()));
            return block;
        }
    }

    /**
     * A new Block that holds the initial parameters of a run.
     *
     * @param manager owns its arrays and names the device
     * @param streams the run's random streams
     */
    public Block newBlock(NDManager manager, RandomStreams streams) {
        Block block = newBlock(manager);
        try (NDArray flat = manager.zeros(new Shape(layout.size()))) {
            initialize(flat, streams);
            FlatParameters.of(block).unpack(flat);
        }
        return block;
    }

    /**
     * Writes the initial parameters of a run, round 0.
     *
     * <p>The same seed gives the same bits in every process, on every platform and device.
     *
     * @param flat float32 {@code [layout.size()]} on any device; overwritten
     * @param streams the run's random streams
     */
    public void initialize(NDArray flat, RandomStreams streams) {
        try (GradientScope off = GradientScope.off()) {
            values.write(flat, streams);
        } catch (IOException e) {
            throw new UncheckedIOException("the initial values cannot be read: " + e, e);
        }
    }

    private static void packLoaded(BlockLoader blocks, NDArray flat) {
        try (NDManager scratch = NDManager.newBaseManager(flat.getDevice())) {
            FlatParameters.of(blocks.load(scratch)).pack(flat);
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s%s, %,d parameters",
                context.model(),
                inputShape(),
                parameterCount());
    }
}
