package dev.tributary.data.text;

import dev.tributary.data.text.LineFile.Line;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** For each place in a text but the first: the tokens before it, and the one that follows. */
final class NextTokens implements TextPart {
    private final int length;
    private final int stride;
    private final List<int[]> texts = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();

    /** Of each text its first example, then how many there are. */
    private final int[] starts;

    /**
     * @param length how many tokens come before
     * @param stride how many places further the next example is
     */
    NextTokens(List<Line> lines, TokenLevel level, Vocabulary vocabulary, int length, int stride) {
        this.length = length;
        this.stride = stride;
        this.starts = new int[lines.size() + 1];
        for (Line line : lines) {
            int[] text = vocabulary.numbers(level.tokens(line.text()));
            int examples = (text.length - 1 + stride - 1) / stride;
            starts[texts.size() + 1] = starts[texts.size()] + Math.max(0, examples);
            texts.add(text);
            groups.add(line.group());
        }
    }

    @Override
    public int exampleCount() {
        return starts[texts.size()];
    }

    @Override
    public int label(int index) {
        int text = text(index);
        return texts.get(text)[place(index, text)];
    }

    @Override
    public String group(int index) {
        return groups.get(text(index));
    }

    @Override
    public void tokens(int index, float[] target, int offset) {
        int text = text(index);
        int end = place(index, text);
        for (int i = Math.max(0, end - length); i < end; i++) {
            target[offset + length - end + i] = texts.get(text)[i];
        }
    }

    private int place(int index, int text) {
        return 1 + (index - starts[text]) * stride;
    }

    /** The last text that begins at the example or before; texts without one share their start. */
    private int text(int index) {
        if (index < 0 || index >= exampleCount()) {
            throw new IndexOutOfBoundsException("no example " + index);
        }
        int found = Arrays.binarySearch(starts, index);
        int text = found < 0 ? -found - 2 : found;
        while (starts[text + 1] == starts[text]) {
            text++;
        }
        return text;
    }
}
