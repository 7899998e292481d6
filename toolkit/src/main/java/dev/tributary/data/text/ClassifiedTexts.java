package dev.tributary.data.text;

import dev.tributary.data.text.LineFile.Line;

import java.util.List;

/** Each line is an example: its last tokens, behind zeros if it is short, and its class. */
final class ClassifiedTexts implements TextPart {
    private final int length;
    private final List<Line> lines;
    private final List<int[]> texts;
    private final List<String> classes;

    /**
     * @param lines with classes among those given
     */
    ClassifiedTexts(
            List<Line> lines,
            TokenLevel level,
            Vocabulary vocabulary,
            int length,
            List<String> classes) {
        this.length = length;
        this.lines = List.copyOf(lines);
        this.classes = List.copyOf(classes);
        this.texts =
                lines.stream().map(line -> vocabulary.numbers(level.tokens(line.text()))).toList();
    }

    @Override
    public int exampleCount() {
        return lines.size();
    }

    @Override
    public int label(int index) {
        return classes.indexOf(lines.get(index).label());
    }

    @Override
    public String group(int index) {
        return lines.get(index).group();
    }

    @Override
    public void tokens(int index, float[] target, int offset) {
        int[] text = texts.get(index);
        int count = Math.min(length, text.length);
        for (int i = 0; i < count; i++) {
            target[offset + length - count + i] = text[text.length - count + i];
        }
    }
}
