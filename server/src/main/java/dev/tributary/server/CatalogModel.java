package dev.tributary.server;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import dev.tributary.config.DataConfig;
import dev.tributary.config.RunConfig;
import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.random.RandomStreams;
import dev.tributary.server.aggregation.CentralEvaluator;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A model of the catalog, with the held-out part of a data set of the catalog if there is one. */
final class CatalogModel implements ServedModel {
    private final ModelSpec spec;
    private final ModelDefinition definition;
    private final RandomStreams streams;
    private final DataConfig data;
    private final @Nullable LocalDataset test;

    private CatalogModel(
            ModelSpec spec, RandomStreams streams, DataConfig data, @Nullable LocalDataset test) {
        this.spec = spec;
        this.definition = ModelCatalog.load().create(spec);
        this.streams = streams;
        this.data = data;
        this.test = test;
    }

    /**
     * The model and the data that a run file names.
     *
     * @throws RuntimeException naming what is unknown, missing or wrong
     */
    static CatalogModel of(RunConfig config) {
        RandomStreams streams = new RandomStreams(config.seed());
        if (!config.data().isPresent()) {
            ModelSpec spec = ModelCatalog.load().complete(config.model());
            return new CatalogModel(spec, streams, config.data(), null);
        }
        return of(config, open(config.data(), config.seed()));
    }

    /** The model that a run file names, for a data set that is open. */
    static CatalogModel of(RunConfig config, DatasetSource source) {
        RandomStreams streams = new RandomStreams(config.seed());
        ModelSpec spec =
                ModelCatalog.load()
                        .complete(config.model(), source.featureShape(), source.classCount());
        LocalDataset test = config.evaluation().central() ? source.test() : null;
        return new CatalogModel(spec, streams, config.data(), test);
    }

    /** How it is built and trained. */
    ModelDefinition definition() {
        return definition;
    }

    /** What it is measured on; null if it is not. */
    @Nullable LocalDataset test() {
        return test;
    }

    static DatasetSource open(DataConfig data, long seed) {
        return DatasetCatalog.load()
                .open(data.dataset(), data.directory().orElse(null), data.options(), seed);
    }

    @Override
    public ModelSpec spec() {
        return spec;
    }

    @Override
    public boolean classifier() {
        return definition.classCount() > 0;
    }

    @Override
    public ParameterLayout layout() {
        return definition.layout();
    }

    @Override
    public void initialize(NDArray flat) {
        definition.initialize(flat, streams);
    }

    @Override
    public Optional<CentralEvaluator> openEvaluator(Device device) {
        return test == null
                ? Optional.empty()
                : Optional.of(new TestSetEvaluator(definition, test, device));
    }

    @Override
    public Map<String, Object> dataFacts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("dataset", data.dataset());
        facts.put("options", data.options());
        facts.put("partition", data.partition());
        if (test != null) {
            facts.put("test_examples", test.exampleCount());
            facts.put("test_shape", Arrays.toString(test.featureShape()));
            facts.put("test_sha256", DatasetHash.sha256(test));
        }
        return facts;
    }
}
