package dev.tributary.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.config.InvalidSettingException;
import dev.tributary.config.Problem;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.config.RunFileException;
import dev.tributary.random.RandomStreams;
import dev.tributary.strategy.optimizer.ServerOptimizer;
import dev.tributary.strategy.optimizer.ServerSgd;
import dev.tributary.strategy.sampling.ClientHistory;
import dev.tributary.strategy.sampling.ClientSampler;
import dev.tributary.strategy.sampling.UniformSampler;
import dev.tributary.testkit.EngineExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

@ExtendWith(EngineExtension.class)
class StrategyTest {
    private final RandomStreams streams = new RandomStreams(3);

    @Test
    void everyClientIsEquallyLikely() {
        SortedMap<String, ClientHistory> eligible = clients(10);
        Map<String, Integer> chosen = new TreeMap<>();
        for (int round = 1; round <= 5000; round++) {
            for (String client : new UniformSampler().sample(eligible, 3, streams, round)) {
                chosen.merge(client, 1, Integer::sum);
            }
        }
        // 1500 expected each, with a deviation of 32.
        assertThat(chosen)
                .hasSize(10)
                .allSatisfy((client, n) -> assertThat(n).isBetween(1370, 1630));
    }

    @Test
    void aCohortIsDistinctSortedAndTheSameWhenAskedAgain() {
        List<String> cohort = new UniformSampler().sample(clients(30), 12, streams, 7);
        assertThat(cohort).doesNotHaveDuplicates().isSorted().hasSize(12);
        assertThat(new UniformSampler().sample(clients(30), 12, streams, 7)).isEqualTo(cohort);
        assertThat(new UniformSampler().sample(clients(30), 12, streams, 8)).isNotEqualTo(cohort);
    }

    @Test
    void moreClientsThanThereAreCannotBeChosen() {
        assertThatThrownBy(() -> new UniformSampler().sample(clients(2), 3, streams, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 3")
                .hasMessageContaining("found 2");
    }

    @Test
    void aSamplerOfTheRunFilesChangesNothingElse() {
        ClientSampler other = (eligible, count, draws, round) -> List.of();
        Map<String, Map<String, String>> required =
                Map.of(
                        "fedper", Map.of("local", "*bias"),
                        "fedrep", Map.of("local", "*bias"),
                        "norm-clipping", Map.of("norm", "1"),
                        "centered-clipping", Map.of("radius", "1"));
        for (StrategyFactory factory : Strategies.all()) {
            Strategy named =
                    Strategies.named(
                            factory.name(), 1, required.getOrDefault(factory.name(), Map.of()));
            Strategy sampled = named.withSampler(other);
            assertThat(sampled.sampler()).isSameAs(other);
            assertThat(sampled.withSampler(named.sampler())).as(factory.name()).isEqualTo(named);
        }
    }

    @Test
    void serverSgdAddsTheScaledUpdate(NDManager manager) {
        try (NDArray model = manager.create(new float[] {1, 2});
                NDArray update = manager.create(new float[] {4, -2});
                NDArray same = manager.create(new float[] {4, -2});
                ServerOptimizer half = new ServerSgd(0.5);
                ServerOptimizer plain = new ServerSgd(1)) {
            half.step(0, model, update);
            assertThat(model.toFloatArray()).containsExactly(3, 1);
            plain.step(0, model, same);
            assertThat(model.toFloatArray()).containsExactly(7, -1);
        }
    }

    @Test
    void unknownNamesAndOptionsAreRefusedWithThoseThereAre() {
        assertThat(Strategies.named("fedavg", 1, Map.of()).name()).isEqualTo("FedAvg");
        assertThatThrownBy(() -> Strategies.named("fedavgg", 1, Map.of()))
                .hasMessageContaining("fedavg")
                .hasMessageContaining("\"fedavgg\"");
        assertThatThrownBy(() -> Strategies.named("fedavg", 1, Map.of("mu", "1")))
                .hasMessageContaining("[mu]");
        assertThatThrownBy(() -> new ServerSgd(0)).hasMessageContaining("found 0.0");
    }

    @Test
    void scheduleThatCannotBeKeptIsRefusedWithItsLine() {
        assertThatThrownBy(() -> of("strategy:\n  name: fedbuff\n  options: {momentum: 0.5}"))
                .isInstanceOf(RunFileException.class)
                .hasMessage(
                        "run.yaml:7: strategy.options.buffer: expected at most"
                                + " data.partition.clients, which is 4, for each client counts once"
                                + " in a step, found 10");
        assertThatThrownBy(() -> of("strategy: {name: fedbuff, options: {\nbuffer: 5}}"))
                .hasMessageStartingWith("run.yaml:6: strategy.options.buffer: ");
        assertThatThrownBy(() -> of("strategy: cyclic\ncohort:\n  size: 2"))
                .hasMessage(
                        "run.yaml:7: cohort.size: expected 1 where clients train one after the"
                                + " other, a turn a round, found 2");
        assertThatThrownBy(() -> of("strategy: cyclic\ncohort: {size: 1, over-selection: 1}"))
                .hasMessageStartingWith("run.yaml:6: cohort.over-selection: expected 0");
        assertThatThrownBy(() -> of("strategy: fedasync\ntraining: {update-precision: float16}"))
                .hasMessage(
                        "run.yaml:6: training.update-precision: expected float32 with strategy"
                                + " FedAsync, whose clients upload weights, found float16");
        assertThat(of("strategy: {name: fedbuff, options: {buffer: 4}}").rounds()).isEqualTo(10);
        assertThat(of("strategy: cyclic\ncohort: {size: 1}").cohort().minimum()).isEqualTo(1);
    }

    private static RunConfig of(String more) {
        String text = "model: mlp\ndata:\n  dataset: digits\n  partition: {clients: 4}\n";
        return RunFile.parse(text + more, "run.yaml", Path.of("."), StrategyTest::problems);
    }

    private static List<Problem> problems(RunConfig config, boolean sound) {
        try {
            Strategy unused = Strategies.of(config);
            return List.of();
        } catch (InvalidSettingException e) {
            return List.of(e.at(0));
        }
    }

    private static SortedMap<String, ClientHistory> clients(int count) {
        SortedMap<String, ClientHistory> clients = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            clients.put("c" + i, ClientHistory.none(10));
        }
        return clients;
    }
}
