package dev.tributary.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.tributary.testkit.EngineExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

@ExtendWith(EngineExtension.class)
class ClientStatesTest {

    @Test
    void clientsFindWhatTheyLeft(NDManager manager) throws IOException {
        try (ClientStates states = new ClientStates(2);
                NDArray vector = manager.create(new float[] {1, 2});
                NDArray other = manager.create(new float[] {3, 4})) {
            states.write("a", vector);
            states.write("b", other);
            states.write("a", other);
            states.write("a", vector);
            states.commit();
            states.read("a", other);
            assertThat(other.toFloatArray()).containsExactly(1, 2);
            states.read("b", other);
            assertThat(other.toFloatArray()).containsExactly(3, 4);
            states.read("new", other);
            assertThat(other.toFloatArray()).containsOnly(0);
        }
    }

    @Test
    void whatAFailedRoundWroteIsForgotten(NDManager manager) throws IOException {
        try (ClientStates states = new ClientStates(1);
                NDArray first = manager.create(new float[] {1});
                NDArray second = manager.create(new float[] {2})) {
            states.write("a", first);
            states.commit();
            states.write("a", second);
            states.write("b", second);
            states.discard();
            states.commit();
            states.read("a", second);
            assertThat(second.toFloatArray()).containsExactly(1);
            states.read("b", second);
            assertThat(second.toFloatArray()).containsExactly(0);
        }
    }

    @Test
    void filesAreGoneAtTheEnd(NDManager manager) throws IOException {
        Path directory;
        try (ClientStates states = new ClientStates(1);
                NDArray vector = manager.create(new float[] {1})) {
            states.write("a", vector);
            directory = states.directory();
            assertThat(directory).isNotEmptyDirectory();
        }
        assertThat(Files.exists(directory)).isFalse();
    }

    @Test
    void nothingIsMadeForClientsThatRememberNothing(NDManager manager) throws IOException {
        try (ClientStates states = new ClientStates(0);
                NDArray vector = manager.create(new float[] {1})) {
            states.write("a", vector);
            states.read("a", vector);
            assertThat(vector.toFloatArray()).containsExactly(1);
        }
    }
}
