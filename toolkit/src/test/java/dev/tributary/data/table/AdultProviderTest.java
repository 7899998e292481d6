package dev.tributary.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFiles;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;
import dev.tributary.data.RealData;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.partition.PartitionPlan;
import dev.tributary.random.RandomStreams;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

final class AdultProviderTest {
    private static final String RICH =
            "52, Private, 209642, HS-grad, 9, Married, Sales, Husband, White, Male, 5, 0, 45, ?,"
                    + " >50K";
    private static final String POOR =
            "28, ?, 338409, Bachelors, 13, Single, ?, Wife, Black, Female, 0, 0, 40, Cuba, <=50K";

    private final Path directory;

    AdultProviderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void commentLineAndDotsOfTheTestFileAreUnderstood() {
        DataFiles.write(directory.resolve("adult.data"), RICH + "\n" + POOR + "\n\n");
        DataFiles.write(
                directory.resolve("adult.test.gz"),
                DataFiles.gzip(
                        ("|1x3 Cross validator\n" + POOR + ".\n" + RICH + ".\n")
                                .getBytes(StandardCharsets.UTF_8)));
        DatasetSource source = new AdultProvider().open(directory, Map.of(), 0);
        assertThat(source.trainLabels()).containsExactly(1, 0);
        assertThat(source.test().labels()).containsExactly(0, 1);
        assertThat(source.test().features()).isEqualTo(source.train(new int[] {1, 0}).features());
    }

    @Test
    void rowsToPredictNeedNoLabel() {
        DataFiles.write(directory.resolve("adult.data"), RICH + "\n" + POOR + "\n");
        DataFiles.write(directory.resolve("adult.test"), POOR + "\n");
        DatasetSource source = new AdultProvider().open(directory, Map.of(), 0);
        Path rows = directory.resolve("rows.csv");
        DataFiles.write(rows, POOR.replace(", <=50K", "") + "\n");
        assertThat(source.unlabelled(rows).features()).isEqualTo(source.test().features());
        DataFiles.write(rows, POOR + ".\n");
        assertThat(source.unlabelled(rows).features()).isEqualTo(source.test().features());
        DataFiles.write(rows, POOR.replace(", Cuba, <=50K", "") + "\n");
        assertThatThrownBy(() -> source.unlabelled(rows))
                .hasMessageContaining("row 1: expected 15 values, found 13");
    }

    @Test
    void missingFilesAreNamed() {
        assertThatThrownBy(() -> new AdultProvider().open(directory, Map.of(), 0))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("found none; they are at");
    }

    @Test
    void realDataKeepsEveryRowAndColumn() {
        Path real = RealData.directory("tributary.adult");
        DatasetSource source = new AdultProvider().open(real, Map.of(), 0);
        float[] labels = source.trainLabels();
        LocalDataset test = source.test();
        assertThat(labels).hasSize(32_561);
        assertThat(test.exampleCount()).isEqualTo(16_281);
        // 6 numbers; 99 categories in 8 columns, each with a place for what is missing.
        assertThat(source.featureShape()).containsExactly(6 + 99 + 8);
        assertThat(count(labels)).isEqualTo(7841);
        assertThat(count(test.labels())).isEqualTo(3846);
    }

    @Test
    void tenSitesAgreeOnWhatOneWouldFind() throws IOException {
        Path real = RealData.directory("tributary.adult");
        DatasetSource source = new AdultProvider().open(real, Map.of(), 0);
        PartitionPlan plan = new PartitionPlan("natural", Map.of("column", "occupation"), 10);
        TableStatistics sum =
                Arrays.stream(plan.partition(source, new RandomStreams(1)))
                        .map(source::statistics)
                        .reduce(TableStatistics::plus)
                        .orElseThrow();
        Files.createSymbolicLink(directory.resolve("adult.data.gz"), find(real, "adult.data"));
        Files.createSymbolicLink(directory.resolve("adult.test.gz"), find(real, "adult.test"));
        StatisticsFile.write(directory.resolve("agreed.csv"), sum);
        DatasetSource agreed =
                new AdultProvider().open(directory, Map.of("statistics", "agreed.csv"), 0);
        assertThat(agreed.test().features()).isEqualTo(source.test().features());
    }

    private static Path find(Path real, String name) {
        Path plain = real.resolve(name);
        return Files.exists(plain) ? plain : real.resolve(name + ".gz");
    }

    private static int count(float[] labels) {
        int positive = 0;
        for (float label : labels) {
            positive += label == 1 ? 1 : 0;
        }
        return positive;
    }
}
