package dev.tributary.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.List;

/** The curves of a {@link ScoreHistogram}, by hand. */
final class ScoreCurvesTest {
    private static final ScoreHistogram FOUR =
            ScoreHistogram.of(new int[] {1, 0, 1, 0}, new float[] {0.9f, 0.7f, 0.3f, 0.1f});

    @Test
    void rocStepsUpAtClassOneAndRightAtClassZero() {
        assertThat(FOUR.roc())
                .containsExactly(
                        new RocPoint(0, 0),
                        new RocPoint(0, 0.5),
                        new RocPoint(0.5, 0.5),
                        new RocPoint(0.5, 1),
                        new RocPoint(1, 1));
        assertThat(FOUR.auc()).isEqualTo(0.75);
    }

    @Test
    void rocOfOneClassIsEmpty() {
        assertThat(ScoreHistogram.of(new int[] {1}, new float[] {0.5f}).roc()).isEmpty();
    }

    @Test
    void calibrationComparesWhatWasSaidWithWhatIs() {
        List<CalibrationPoint> points = FOUR.calibration(2);

        assertThat(points).hasSize(2);
        assertThat(points.get(0).predicted()).isCloseTo(0.2, within(1e-3));
        assertThat(points.get(1).predicted()).isCloseTo(0.8, within(1e-3));
        assertThat(points)
                .allSatisfy(point -> assertThat(point.observed()).isEqualTo(0.5))
                .allSatisfy(point -> assertThat(point.exampleCount()).isEqualTo(2));
    }
}
