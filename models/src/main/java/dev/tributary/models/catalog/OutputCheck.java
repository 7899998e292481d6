package dev.tributary.models.catalog;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import dev.tributary.device.GradientScope;
import dev.tributary.device.NativeStack;

/** Whether a Block that somebody brings computes what its context says, told before a run. */
public final class OutputCheck {
    private OutputCheck() {}

    /**
     * Lets the Block compute two examples.
     *
     * @param where the Block comes from, for the message
     * @throws ModelException if it cannot be loaded, has no parameters, does not take the input, or
     *     gives another shape than float32 {@code [batch, outputs]}
     */
    public static void check(ModelContext context, BlockLoader blocks, Object where) {
        NativeStack.engine();
        Shape batch = new Shape(2).addAll(context.input());
        try (GradientScope off = GradientScope.off();
                NDManager scratch = NDManager.newBaseManager(Device.cpu())) {
            Block block = blocks.load(scratch);
            if (block.getParameters().isEmpty()) {
                throw refused(context, where, "parameters", "none");
            }
            NDList input = new NDList(scratch.zeros(batch));
            NDList output = block.forward(new ParameterStore(scratch, false), input, false);
            Shape expected = new Shape(2, context.outputs());
            Shape found = output.head().getShape();
            DataType type = output.head().getDataType();
            if (output.size() != 1 || type != DataType.FLOAT32 || !found.equals(expected)) {
                throw refused(
                        context,
                        where,
                        "float32 %s from float32 %s".formatted(expected, batch),
                        "%d arrays, the first %s %s".formatted(output.size(), type, found));
            }
        } catch (EngineException e) {
            throw refused(context, where, "a model that takes float32 " + batch, firstLine(e));
        }
    }

    /** The engine's own first words, without the stack of its sources. */
    public static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage())
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("no message");
    }

    private static ModelException refused(
            ModelContext context, Object where, String expected, String found) {
        return new ModelException(
                "model %s, %s: expected %s, found %s"
                        .formatted(context.model(), where, expected, found));
    }
}
