/**
 * Texts: lines of files as numbers of characters or words.
 *
 * <p>{@link dev.tributary.data.text.TextProvider} opens them; a {@code Vocabulary} numbers tokens
 * from 1, and 0 stands for what it does not know and for the places before a text begins.
 */
@NullMarked
package dev.tributary.data.text;

import org.jspecify.annotations.NullMarked;
