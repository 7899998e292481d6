package dev.tributary.models.catalog;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.HostTransfer;
import dev.tributary.parameters.HostVector;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.TensorSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.random.RandomStreams.Purpose;
import dev.tributary.training.ModelSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A model that can be built any number of times, everywhere alike.
 *
 * <p>Holds no device memory; immutable and thread-safe. Its Blocks take float32 features {@code
 * [batch, input...]} and give float32 {@code [batch, outputs]}.
 */
public final class ModelDefinition implements ModelSource {
    private final ModelContext context;
    private final Supplier<Block> blocks;
    private final ParameterInitializer initializer;
    private final ParameterLayout layout;
    private final List<Parameter.Type> types;

    private ModelDefinition(
            ModelContext context, Supplier<Block> blocks, ParameterInitializer initializer) {
        this.context = requireNonNull(context, "context is null");
        this.blocks = requireNonNull(blocks, "blocks is null");
        this.initializer = requireNonNull(initializer, "initializer is null");
        NativeStack.engine();
        try (NDManager scratch = NDManager.newBaseManager(Device.cpu())) {
            FlatParameters parameters = FlatParameters.of(newBlock(scratch));
            this.layout = parameters.layout();
            this.types = parameters.parameters().stream().map(Parameter::getType).toList();
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
        return new ModelDefinition(context, blocks, initializer);
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
     * A new Block, ready for a {@code LocalTrainer}; its weights are zeros.
     *
     * @param manager owns its arrays and names the device
     */
    @Override
    public Block newBlock(NDManager manager) {
        try (GradientScope off = GradientScope.off()) {
            Block block = blocks.get();
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
        int output = types.lastIndexOf(Parameter.Type.WEIGHT);
        List<TensorSpec> tensors = new ArrayList<>(layout.tensors());
        for (int i = 0; i < tensors.size(); i++) {
            TensorSpec tensor = tensors.get(i);
            float[] values = new float[Math.toIntExact(tensor.size())];
            initializer.fill(
                    tensor,
                    types.get(i),
                    i == output,
                    streams.stream(Purpose.INITIALIZATION, i),
                    values);
            try (NDArray part = FlatParameters.slice(flat, tensor.offset(), tensor.end())) {
                HostTransfer.toDevice(HostVector.of(values), part);
            } catch (IOException e) {
                throw new UncheckedIOException("an array in memory failed to be read", e);
            }
        }
    }

    @Override
    public String toString() {
        return "%s%s, %d parameters".formatted(context.model(), inputShape(), parameterCount());
    }
}
