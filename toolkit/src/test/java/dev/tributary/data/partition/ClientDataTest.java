package dev.tributary.data.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.data.DatasetCatalog;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.random.RandomStreams;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

final class ClientDataTest {
    private static final int CLIENTS = 5;
    private static final long SEED = 99;

    @Test
    void sharesOfAllClientsAreTheWholeTrainingPart() {
        DatasetSource source = source();
        PartitionPlan plan = new PartitionPlan("dirichlet", Map.of(), CLIENTS);
        int[] counts = new int[10];
        for (int client = 0; client < CLIENTS; client++) {
            for (float label : load(source, plan, client).labels()) {
                counts[(int) label]++;
            }
        }
        assertThat(counts).containsOnly(20);
    }

    @Test
    void clientThatDoesNotExistIsRefused() {
        PartitionPlan plan = new PartitionPlan("iid", Map.of(), CLIENTS);
        assertThatThrownBy(() -> load(source(), plan, CLIENTS))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** Agents are processes of their own: each must find the share that the others leave to it. */
    @Test
    void agentInAnotherProcessSeesTheSameShares() throws Exception {
        assertThat(inAnotherProcess()).isEqualTo(shares());
    }

    /** Prints what a process sees; started by the test above. */
    public static void main(String[] arguments) {
        System.out.print(shares());
    }

    private static String shares() {
        StringBuilder text = new StringBuilder();
        for (PartitionScheme scheme : PartitionScheme.all()) {
            PartitionPlan plan = new PartitionPlan(scheme.name(), Map.of(), CLIENTS);
            for (int client = 0; client < CLIENTS; client++) {
                LocalDataset data = load(source(), plan, client);
                text.append(
                        "%s %d: %d examples, features %08x, labels %08x%n"
                                .formatted(
                                        scheme.name(),
                                        client,
                                        data.exampleCount(),
                                        Arrays.hashCode(data.features()),
                                        Arrays.hashCode(data.labels())));
            }
        }
        return text.toString();
    }

    private static String inAnotherProcess() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("java.class.path");
        Process process =
                new ProcessBuilder(java, "-cp", classes, ClientDataTest.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    private static LocalDataset load(DatasetSource source, PartitionPlan plan, int client) {
        return ClientData.load(source, plan, client, new RandomStreams(SEED));
    }

    private static DatasetSource source() {
        return DatasetCatalog.load().open("digits", null, Map.of("examples", "200"), SEED);
    }
}
