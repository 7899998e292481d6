package dev.tributary.strategy.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.random.RandomStreams;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

class SamplersTest {
    private final RandomStreams streams = new RandomStreams(5);

    static Stream<ClientSampler> all() {
        return Stream.of(
                Samplers.named("uniform", Map.of()),
                Samplers.named("weighted", Map.of()),
                Samplers.named("round-robin", Map.of()),
                Samplers.named("available", Map.of()),
                new RingSampler(),
                Samplers.named("power-of-choice", Map.of("candidates", "7")),
                Samplers.named("power-of-choice", Map.of()),
                Samplers.named("utility", Map.of()),
                Samplers.named("utility", Map.of("exploration", "0.5", "seconds", "3")));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aCohortIsDistinctEligibleSortedAndTheSameWhenAskedAgain(ClientSampler sampler) {
        SplittableRandom random = new SplittableRandom(6);
        for (int round = 1; round <= 200; round++) {
            SortedMap<String, ClientHistory> eligible = histories(random, round);
            int count = random.nextInt(1, eligible.size() + 1);
            List<String> cohort = sampler.sample(eligible, count, streams, round);

            assertThat(cohort).hasSize(count).doesNotHaveDuplicates().isSorted();
            assertThat(eligible.keySet()).containsAll(cohort);
            assertThat(sampler.sample(eligible, count, streams, round)).isEqualTo(cohort);
        }
    }

    @Test
    void turnsGoOnAfterWhoeverTookPartLastWhoeverComesAndGoes() {
        ClientHistories histories = new ClientHistories();
        List<String> there = List.of("ab", "abcd", "abcd", "abd", "abd", "bd", "abcd", "abcd");
        String turns = "";
        for (int round = 1; round <= there.size(); round++) {
            SortedMap<String, Long> eligible = new TreeMap<>();
            there.get(round - 1).chars().forEach(id -> eligible.put("" + (char) id, 1L));
            String next =
                    new RingSampler().sample(histories.of(eligible), 1, streams, round).get(0);
            histories.record(next, round, 0, 0);
            turns += next;
        }
        assertThat(turns).isEqualTo("abcdabcd");
    }

    @ParameterizedTest
    @MethodSource("all")
    void moreClientsThanThereAreCannotBeChosen(ClientSampler sampler) {
        SortedMap<String, ClientHistory> two = new TreeMap<>();
        two.put("a", ClientHistory.none(1));
        two.put("b", ClientHistory.none(1));
        assertThatThrownBy(() -> sampler.sample(two, 3, streams, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected at least 3 eligible clients, found 2");
    }

    @Test
    void weightedClientsAreChosenInProportionToTheirExamples() {
        SortedMap<String, ClientHistory> eligible = new TreeMap<>();
        eligible.put("a", ClientHistory.none(10));
        eligible.put("b", ClientHistory.none(20));
        eligible.put("c", ClientHistory.none(70));
        Map<String, Integer> chosen = chosen(new WeightedSampler(), eligible, 1, 10_000);
        // Deviations of 30, 40 and 46.
        assertThat(chosen.get("a")).isBetween(880, 1120);
        assertThat(chosen.get("b")).isBetween(1840, 2160);
        assertThat(chosen.get("c")).isBetween(6815, 7185);
    }

    @Test
    void secondDrawIsInProportionAmongThoseThatAreLeft() {
        SortedMap<String, ClientHistory> eligible = new TreeMap<>();
        eligible.put("a", ClientHistory.none(1));
        eligible.put("b", ClientHistory.none(1));
        eligible.put("c", ClientHistory.none(2));
        Map<String, Integer> chosen = chosen(new WeightedSampler(), eligible, 2, 12_000);
        // c first: 1/2; after a or b, each 1/4: 2/3. Together 5/6, with a deviation of 41.
        assertThat(chosen.get("c")).isBetween(9840, 10_160);
    }

    @Test
    void roundRobinGivesEverybodyTheSameTurns() {
        SortedMap<String, ClientHistory> eligible = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
            eligible.put("c" + i, ClientHistory.none(1 + i));
        }
        for (int rounds : new int[] {1, 4, 7, 10, 33}) {
            Map<String, Integer> chosen = chosen(new RoundRobinSampler(), eligible, 3, rounds);
            eligible.keySet().forEach(client -> chosen.putIfAbsent(client, 0));
            assertThat(chosen.values())
                    .allMatch(n -> n == rounds * 3 / 10 || n == (rounds * 3 + 9) / 10);
        }
    }

    @Test
    void availableAsksThoseWhoTookPartLeastAndThenLongestAgo() {
        SortedMap<String, ClientHistory> eligible = new TreeMap<>();
        eligible.put("often", new ClientHistory(1, 5, 6, 1, 1));
        eligible.put("lately", new ClientHistory(1, 2, 7, 1, 1));
        eligible.put("before", new ClientHistory(1, 2, 3, 1, 1));
        eligible.put("new", ClientHistory.none(1));
        LeastUsedSampler sampler = new LeastUsedSampler();
        assertThat(sampler.sample(eligible, 1, streams, 8)).containsExactly("new");
        assertThat(sampler.sample(eligible, 2, streams, 8)).containsExactly("before", "new");
        assertThat(sampler.sample(eligible, 3, streams, 8)).doesNotContain("often");
    }

    @Test
    void powerOfChoiceTakesTheLargestLossesOfItsCandidatesAndTheNewFirst() {
        SortedMap<String, ClientHistory> eligible = new TreeMap<>();
        eligible.put("bad", new ClientHistory(1, 1, 1, 3, 1));
        eligible.put("good", new ClientHistory(1, 1, 1, 0.1, 1));
        eligible.put("middling", new ClientHistory(1, 1, 1, 1, 1));
        PowerOfChoiceSampler all = new PowerOfChoiceSampler(3);
        assertThat(all.sample(eligible, 2, streams, 2)).containsExactly("bad", "middling");
        eligible.put("new", ClientHistory.none(1));
        assertThat(new PowerOfChoiceSampler(4).sample(eligible, 2, streams, 2))
                .containsExactly("bad", "new");
        // With as many candidates as are asked, it is the weighted sampler.
        assertThat(new PowerOfChoiceSampler(1).sample(eligible, 2, streams, 2))
                .isEqualTo(new WeightedSampler().sample(eligible, 2, streams, 2));
    }

    @Test
    void utilityPrefersLargeLossesExploresTheNewAndLeavesTheSlow() {
        SortedMap<String, ClientHistory> eligible = new TreeMap<>();
        eligible.put("large", new ClientHistory(100, 1, 4, 1, 10));
        eligible.put("lossy", new ClientHistory(10, 1, 4, 8, 1));
        eligible.put("poor", new ClientHistory(10, 1, 4, 1, 1));
        eligible.put("new", ClientHistory.none(10));
        assertThat(new UtilitySampler(0, 0).sample(eligible, 1, streams, 5))
                .containsExactly("large");
        assertThat(new UtilitySampler(0, 2).sample(eligible, 1, streams, 5))
                .containsExactly("lossy");
        assertThat(new UtilitySampler(0.1, 0).sample(eligible, 2, streams, 5))
                .containsExactly("large", "new");
        assertThat(new UtilitySampler(0, 0).sample(eligible, 4, streams, 5)).hasSize(4);
    }

    @Test
    void historiesFollowTheRounds() {
        ClientHistories histories = new ClientHistories();
        histories.record("a", 1, 0.5, 2);
        histories.record("a", 3, 0.25, Double.NaN);
        SortedMap<String, Long> counts = new TreeMap<>(Map.of("a", 7L, "b", 9L));
        assertThat(histories.of(counts))
                .containsEntry("a", new ClientHistory(7, 2, 3, 0.25, Double.NaN))
                .containsEntry("b", ClientHistory.none(9))
                .hasSize(2);
    }

    @Test
    void historiesAreReadAsASortedMapOfThem() {
        ClientHistories histories = new ClientHistories();
        histories.record("b", 1, 0.5, 2);
        SortedMap<String, Long> counts = new TreeMap<>(Map.of("a", 7L, "b", 9L, "c", 11L));
        SortedMap<String, ClientHistory> copied = new TreeMap<>();
        counts.forEach(
                (client, count) ->
                        copied.put(
                                client,
                                client.equals("b")
                                        ? new ClientHistory(count, 1, 1, 0.5, 2)
                                        : ClientHistory.none(count)));
        SortedMap<String, ClientHistory> view = histories.of(counts);

        assertThat(view).isEqualTo(copied);
        assertThat(view.keySet()).containsExactly("a", "b", "c");
        assertThat(view.subMap("b", "c")).isEqualTo(copied.subMap("b", "c"));
        assertThat(view.headMap("c")).isEqualTo(copied.headMap("c"));
        assertThat(view.tailMap("b")).isEqualTo(copied.tailMap("b"));
        assertThat(view.firstKey() + view.lastKey()).isEqualTo("ac");
        assertThat(view.get("d")).isNull();
        assertThat(view.containsKey("d")).isFalse();
        assertThatThrownBy(() -> view.remove("a"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void whatIsUnknownIsToldWithWhatThereIs() {
        assertThatThrownBy(() -> Samplers.named("oort", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("cohort.sampler", "\"oort\"", "power-of-choice");
        assertThatThrownBy(() -> Samplers.named("weighted", Map.of("candidates", "3")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("sampler weighted", "candidates");
        assertThatThrownBy(() -> Samplers.named("utility", Map.of("exploration", "2")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[0.0, 1.0]");
    }

    private Map<String, Integer> chosen(
            ClientSampler sampler,
            SortedMap<String, ClientHistory> eligible,
            int count,
            int rounds) {
        Map<String, Integer> chosen = new TreeMap<>();
        for (int round = 1; round <= rounds; round++) {
            sampler.sample(eligible, count, streams, round)
                    .forEach(client -> chosen.merge(client, 1, Integer::sum));
        }
        return chosen;
    }

    private static SortedMap<String, ClientHistory> histories(SplittableRandom random, int round) {
        SortedMap<String, ClientHistory> histories = new TreeMap<>();
        int size = random.nextInt(1, 30);
        for (int i = 0; i < size; i++) {
            long examples = random.nextInt(1, 1000);
            boolean took = round > 1 && random.nextBoolean();
            histories.put(
                    "c" + i,
                    took
                            ? new ClientHistory(
                                    examples,
                                    random.nextInt(1, round + 1),
                                    random.nextInt(1, round),
                                    random.nextInt(9) == 0 ? Double.NaN : random.nextDouble(),
                                    random.nextBoolean() ? Double.NaN : 5 * random.nextDouble())
                            : ClientHistory.none(examples));
        }
        return histories;
    }
}
