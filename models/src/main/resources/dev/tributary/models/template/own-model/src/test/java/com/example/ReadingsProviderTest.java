package com.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tributary.data.DataException;
import dev.tributary.data.DatasetSource;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

final class ReadingsProviderTest {
    private static final List<String> LINES =
            List.of("0.5 1 0", "1.5 2 1", "2.5 3 0", "3.5 4 1", "4.5 5 1");

    @Test
    void everyFifthLineIsForTheTest() {
        DatasetSource source = ReadingsProvider.source(Path.of("a.txt"), LINES);

        assertArrayEquals(new float[] {0, 1, 0, 1}, source.trainLabels());
        assertArrayEquals(new float[] {4.5f, 5}, source.test().features());
        assertArrayEquals(new float[] {2.5f, 3}, source.train(new int[] {2}).features());
    }

    @Test
    void wrongLineIsToldWithItsNumber() {
        DataException failure =
                assertThrows(
                        DataException.class,
                        () -> ReadingsProvider.source(Path.of("a.txt"), List.of("1 0", "1 x 0")));

        assertEquals("a.txt, line 2: expected a number, found \"x\"", failure.getMessage());
    }

    @Test
    void linesOfDifferentLengthAreRefused() {
        DataException failure =
                assertThrows(
                        DataException.class,
                        () -> ReadingsProvider.source(Path.of("a.txt"), List.of("1 0", "1 2 0")));

        assertTrue(failure.getMessage().contains("line 2: expected 2 numbers, found 3"));
    }
}
