package dev.tributary.models.catalog;

import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.LSTM;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Stands for a factory in a jar of somebody else's, which opens its file as it comes. */
public final class TinyRnnFactory implements ModelFactory {
    static final String UNITS = "units-file";

    /** For the service loader. */
    public TinyRnnFactory() {}

    @Override
    public String name() {
        return "tiny-rnn";
    }

    @Override
    public String description() {
        return "an LSTM over [time, features]";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(UNITS, "a file that holds the number of units; 6 without it");
    }

    @Override
    public Set<String> fileOptions() {
        return Set.of(UNITS);
    }

    @Override
    public TypicalTask typicalTask() {
        return new TypicalTask("5,4", 2);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        int units = context.has(UNITS) ? units(Path.of(context.text(UNITS))) : 6;
        return ModelDefinition.of(
                context,
                () ->
                        new SequentialBlock()
                                .add(LSTM.builder().setStateSize(units).setNumLayers(1).build())
                                .add(Blocks.batchFlattenBlock())
                                .add(Linear.builder().setUnits(context.outputs()).build()));
    }

    private static int units(Path file) {
        try {
            return Integer.parseInt(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
