package dev.tributary.models.tabular;

import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;

import dev.tributary.models.catalog.HeNormalInitializer;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;

import java.util.Map;

/**
 * TabNet (Arik and Pfister, 2021): steps that each choose a few features of a table.
 *
 * <p>LayerNorm takes the place of the paper's ghost batch normalization, unless the options say
 * otherwise: local batches are small, and statistics would differ from client to client. The
 * paper's second loss, for sparser masks, is left out; its pre-training too.
 */
public final class TabNetFactory implements ModelFactory {
    private static final String EMBEDDING = "embedding";
    private static final String WIDTH = "width";
    private static final String STEPS = "steps";
    private static final String RELAXATION = "relaxation";
    private static final String SHARED_LAYERS = "shared-layers";
    private static final String STEP_LAYERS = "step-layers";

    /** For the service loader. */
    public TabNetFactory() {}

    @Override
    public String name() {
        return "tabnet";
    }

    @Override
    public String description() {
        return "steps that each look at a few features of a table";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                Columns.OPTION,
                Columns.LINE,
                EMBEDDING,
                "size of a category's vector, 1 by default as in the paper",
                WIDTH,
                "size of what a step decides and of what it tells the next, 8 by default",
                STEPS,
                "how many, 3 by default",
                RELAXATION,
                "in [1, 5]: 1 lets only one step use a feature, 1.3 by default",
                SHARED_LAYERS,
                "layers that all steps have in common, 2 by default",
                STEP_LAYERS,
                "layers that each step has for itself, 2 by default",
                UnitNormalization.OPTION,
                UnitNormalization.LINE);
    }

    @Override
    public TypicalTask typicalTask() {
        return TypicalTask.TABLE;
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        ModelContext flat = context.flat();
        Columns columns = Columns.of(flat);
        int embedding = flat.size(EMBEDDING, 1);
        TabNet.Size size =
                new TabNet.Size(
                        flat.size(WIDTH, 8),
                        flat.size(STEPS, 3),
                        (float) flat.number(RELAXATION, 1.3, 1, 5),
                        flat.size(SHARED_LAYERS, 2),
                        flat.size(STEP_LAYERS, 2));
        UnitNormalization normalization = UnitNormalization.of(flat);
        return ModelDefinition.of(
                flat,
                () -> block(flat, columns, embedding, size, normalization),
                HeNormalInitializer.withoutRectifiers());
    }

    private static Block block(
            ModelContext context,
            Columns columns,
            int embedding,
            TabNet.Size size,
            UnitNormalization normalization) {
        Block steps =
                new SequentialBlock()
                        .add(new TabNet(columns.width(embedding), size, normalization))
                        .add(Linear.builder().setUnits(context.outputs()).build());
        return TabularNetwork.of(context, columns, embedding, steps);
    }
}
