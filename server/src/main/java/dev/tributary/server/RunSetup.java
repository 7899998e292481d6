package dev.tributary.server;

import dev.tributary.config.RunConfig;
import dev.tributary.device.DeviceSelector;
import dev.tributary.device.DeviceSelector.Selection;
import dev.tributary.objective.LocalObjective;
import dev.tributary.objective.LocalObjectives;
import dev.tributary.objective.UpdateCheck;
import dev.tributary.parameters.Checkpoint;
import dev.tributary.parameters.LayoutMismatchException;
import dev.tributary.strategy.RoundSchedule.Buffered;
import dev.tributary.strategy.Strategies;
import dev.tributary.strategy.Strategy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a run file stands for: all of it is found and checked before anything is made, so that a
 * wrong one leaves no run behind.
 *
 * @param config the run file, with the model's options complete
 * @param device where the server computes
 * @param model what it computes, with what is exchanged beside it
 * @param strategy how
 * @param initial the checkpoint that the run starts from, if not from its seed
 */
record RunSetup(
        RunConfig config,
        Selection device,
        ServedModel model,
        Strategy strategy,
        Optional<Path> initial) {

    /**
     * Resolves a run file.
     *
     * @param served the model that it names
     * @param initial a checkpoint to start from
     * @throws RuntimeException naming what is unknown, missing or wrong
     */
    static RunSetup of(RunConfig config, ServedModel served, Optional<Path> initial)
            throws IOException {
        Selection device = DeviceSelector.select(config.device());
        ServedModel model = withInitial(served, initial);
        Strategy strategy = Strategies.of(config);
        requireServed(config, strategy);
        LocalObjective objective = LocalObjectives.of(strategy.objective());
        strategy.requireComposable(objective, model.layout());
        objective.check(model.layout(), config.training());
        RunConfig resolved = config.toBuilder().model(model.spec()).build();
        ServedModel exchanged = new ExchangedModel(model, objective);
        return new RunSetup(resolved, device, exchanged, strategy, initial);
    }

    /** What each update must stand before it counts. */
    UpdateCheck updateCheck() {
        return LocalObjectives.of(strategy.objective())
                .updateCheck(model.layout().model(), config.training());
    }

    private static void requireServed(RunConfig config, Strategy strategy) {
        if (strategy.schedule() instanceof Buffered && config.evaluation().federated()) {
            throw new IllegalArgumentException(
                    "evaluation.federated: expected false with strategy %s, whose clients are at work"
                            .formatted(config.strategy().name()));
        }
    }

    private static ServedModel withInitial(ServedModel served, Optional<Path> initial)
            throws IOException {
        if (initial.isEmpty()) {
            return served;
        }
        Path path = initial.get();
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException(
                    "initial model: expected a file, found none at " + path);
        }
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            requireFits(checkpoint, path, served);
        }
        return served.startingFrom(path);
    }

    private static void requireFits(Checkpoint checkpoint, Path path, ServedModel served) {
        try {
            checkpoint.header().requireTensorsOf(served.layout());
        } catch (LayoutMismatchException e) {
            throw new LayoutMismatchException(path + ": " + e.getMessage());
        }
    }
}
