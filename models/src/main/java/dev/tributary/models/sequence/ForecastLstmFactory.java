package dev.tributary.models.sequence;

import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.LSTM;

import dev.tributary.models.catalog.HeNormalInitializer;
import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.TypicalTask;

import java.util.Map;

/** Forecasts the number that follows a window of one or several time series. */
public final class ForecastLstmFactory implements ModelFactory {
    private static final String STATE = "state";
    private static final String LAYERS = "layers";

    /** For the service loader. */
    public ForecastLstmFactory() {}

    @Override
    public String name() {
        return "forecast-lstm";
    }

    @Override
    public String description() {
        return "the next value after a window of time series, on time or time,features";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                STATE, "units of a layer, 64 by default",
                LAYERS, "layers, 1 by default");
    }

    @Override
    public TypicalTask typicalTask() {
        return new TypicalTask("24,1", 0);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        context.forRegression().forInput("time,features", "time");
        int state = context.size(STATE, 64);
        int layers = context.size(LAYERS, 1);
        return ModelDefinition.of(
                context,
                () ->
                        Steps.first(context, 0, 0)
                                .add(
                                        LSTM.builder()
                                                .setStateSize(state)
                                                .setNumLayers(layers)
                                                .build())
                                .add(Steps::last)
                                .add(Linear.builder().setUnits(1).build()),
                HeNormalInitializer.withoutRectifiers());
    }
}
