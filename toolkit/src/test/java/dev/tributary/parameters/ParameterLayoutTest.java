package dev.tributary.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

class ParameterLayoutTest {
    private static ParameterLayout mixed() {
        return ParameterLayout.builder()
                .add("count", List.of(), ParameterKind.COUNTER)
                .trainable("weight", 2, 3)
                .add("mean", List.of(3L), ParameterKind.STATISTIC)
                .trainable("bias", 3)
                .build();
    }

    @Test
    void kindsAreContiguousAndKeepTheModelsOrder() {
        ParameterLayout layout = mixed();
        assertThat(layout.tensors())
                .extracting(TensorSpec::name)
                .containsExactly("weight", "bias", "mean", "count");
        assertThat(layout.tensors())
                .extracting(TensorSpec::offset)
                .containsExactly(0L, 6L, 9L, 12L);
        assertThat(layout.size()).isEqualTo(13);
        assertThat(layout.bytes()).isEqualTo(52);
        assertThat(layout.start(ParameterKind.STATISTIC)).isEqualTo(9);
        assertThat(layout.size(ParameterKind.TRAINABLE)).isEqualTo(9);
        assertThat(layout.size(ParameterKind.COUNTER)).isEqualTo(1);
    }

    @Test
    void hashTellsLayoutsApartByNameShapeKindAndOrder() {
        String hash = mixed().hash();
        assertThat(hash).hasSize(64).isEqualTo(mixed().hash());
        assertThat(mixed()).isEqualTo(mixed()).hasSameHashCodeAs(mixed());
        List<ParameterLayout> others =
                List.of(
                        ParameterLayout.builder().trainable("a", 2).trainable("b", 2).build(),
                        ParameterLayout.builder().trainable("b", 2).trainable("a", 2).build(),
                        ParameterLayout.builder().trainable("a", 4).build(),
                        ParameterLayout.builder().trainable("a", 2, 2).build(),
                        ParameterLayout.builder()
                                .add("a", List.of(4L), ParameterKind.STATISTIC)
                                .build());
        assertThat(others).extracting(ParameterLayout::hash).doesNotHaveDuplicates();
    }

    @Test
    void modelsBeyondTwoGibibytesHaveALayout() {
        ParameterLayout layout = ParameterLayout.builder().trainable("w", 50_000, 50_000).build();
        assertThat(layout.size()).isEqualTo(2_500_000_000L);
        assertThat(layout.bytes()).isEqualTo(10_000_000_000L);
    }

    @Test
    void twoTensorsOfOneNameAreRefused() {
        assertThatThrownBy(
                        () -> ParameterLayout.builder().trainable("w", 1).trainable("w", 2).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"w\"");
    }

    @Test
    void negativeExtentsAreRefused() {
        ParameterLayout.Builder builder = ParameterLayout.builder().trainable("w", 3, -1);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[3, -1]");
    }
}
