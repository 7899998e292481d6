package dev.tributary.data.text;

/** The texts of a part as examples: numbers of tokens, and what is to be learned of them. */
interface TextPart {

    int exampleCount();

    /** The class of an example, from 0. */
    int label(int index);

    /** Whose text it is from. */
    String group(int index);

    /** Writes the numbers of an example's tokens; the places from the offset on are zero. */
    void tokens(int index, float[] target, int offset);
}
