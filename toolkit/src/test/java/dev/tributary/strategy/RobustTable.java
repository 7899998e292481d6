package dev.tributary.strategy;

import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.image.MnistProvider;
import dev.tributary.testkit.Attack;
import dev.tributary.testkit.AttackedFederation;
import dev.tributary.training.TrainingPlan;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rules times attacks on the first 20,000 examples of MNIST, as a table in Markdown: takes many
 * minutes, so its name is not that of a test that runs by itself.
 *
 * <p>{@code mvn -pl toolkit test -Dtest=RobustTable -Dtributary.mnist=DIRECTORY}
 */
class RobustTable {
    private static final int ROUNDS = 20;
    private static final int EXAMPLES = 20_000;

    @Test
    void rulesTimesAttacks() throws IOException {
        Path directory = Path.of(System.getProperty("tributary.mnist", "mnist"));
        DatasetSource mnist = new Beginning(new MnistProvider().open(directory, Map.of(), 1));
        Map<String, Attack> attacks = attacks();
        System.out.println("| strategy | " + String.join(" | ", attacks.keySet()) + " |");
        System.out.println("|---|" + "---|".repeat(attacks.size()));
        TrainingPlan plan = TrainingPlan.sgd(1, 50, 0.1);
        try (AttackedFederation federation = new AttackedFederation(mnist, 10, 2, plan, 200, 200)) {
            for (Map.Entry<String, Map<String, String>> rule : rules().entrySet()) {
                System.out.print("| `" + rule.getKey() + "` |");
                Strategy strategy = Strategies.named(rule.getKey(), 1, rule.getValue());
                for (Attack attack : attacks.values()) {
                    double accuracy = federation.accuracy(strategy, attack, ROUNDS);
                    System.out.printf(" %.2f |", 100 * accuracy);
                    System.out.flush();
                }
                System.out.println();
            }
        }
    }

    private static Map<String, Attack> attacks() {
        Map<String, Attack> attacks = new LinkedHashMap<>();
        attacks.put("none", new Attack.None());
        attacks.put("sign flip x 5", new Attack.SignFlip(5));
        attacks.put("scaled x 100", new Attack.Scaled(100));
        attacks.put("label flip", new Attack.LabelFlip());
        attacks.put("Gaussian, deviation 1", new Attack.Gaussian(1));
        attacks.put("a little is enough, z = 1.5", new Attack.LittleIsEnough(1.5));
        return attacks;
    }

    private static Map<String, Map<String, String>> rules() {
        Map<String, String> two = Map.of("byzantine", "2");
        Map<String, Map<String, String>> rules = new LinkedHashMap<>();
        rules.put("fedavg", Map.of());
        rules.put("median", Map.of());
        rules.put("trimmed-mean", two);
        rules.put("krum", two);
        rules.put("multi-krum", two);
        rules.put("bulyan", Map.of("byzantine", "1"));
        rules.put("rfa", Map.of());
        rules.put("norm-clipping", Map.of("norm", "2"));
        rules.put("centered-clipping", Map.of("radius", "2", "iterations", "3"));
        return rules;
    }

    /** The first training examples, and all test examples. */
    private record Beginning(DatasetSource whole) implements DatasetSource {
        @Override
        public long[] featureShape() {
            return whole.featureShape();
        }

        @Override
        public int classCount() {
            return whole.classCount();
        }

        @Override
        public float[] trainLabels() {
            return Arrays.copyOf(whole.trainLabels(), EXAMPLES);
        }

        @Override
        public LocalDataset train(int[] indices) {
            return whole.train(indices);
        }

        @Override
        public LocalDataset test() {
            return whole.test();
        }
    }
}
