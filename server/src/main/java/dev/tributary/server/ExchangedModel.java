package dev.tributary.server;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.evaluation.EvaluationResult;
import dev.tributary.objective.LocalObjective;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.server.aggregation.CentralEvaluator;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A model with what its clients' objective exchanges beside it, which is zeros at first. */
final class ExchangedModel implements ServedModel {
    private final ServedModel model;
    private final ParameterLayout exchange;

    ExchangedModel(ServedModel model, LocalObjective objective) {
        this.model = model;
        this.exchange = objective.exchangeLayout(model.layout());
    }

    @Override
    public ModelSpec spec() {
        return model.spec();
    }

    @Override
    public boolean classifier() {
        return model.classifier();
    }

    @Override
    public Map<String, Object> dataFacts() {
        return model.dataFacts();
    }

    @Override
    public ParameterLayout layout() {
        return exchange;
    }

    @Override
    public String origin() {
        return model.origin();
    }

    @Override
    public void initialize(NDArray flat) throws IOException {
        try (NDArray part = part(flat)) {
            model.initialize(part);
        }
    }

    @Override
    public Optional<CentralEvaluator> openEvaluator(Device device) {
        return model.openEvaluator(device).map(PartEvaluator::new);
    }

    private NDArray part(NDArray flat) {
        return FlatParameters.slice(flat, 0, model.layout().size());
    }

    /** Sees the model alone. */
    private final class PartEvaluator implements CentralEvaluator {
        private final CentralEvaluator evaluator;

        PartEvaluator(CentralEvaluator evaluator) {
            this.evaluator = evaluator;
        }

        @Override
        public EvaluationResult evaluate(NDArray flat) {
            try (NDArray part = part(flat)) {
                return evaluator.evaluate(part);
            }
        }

        @Override
        public void close() {
            evaluator.close();
        }
    }
}
