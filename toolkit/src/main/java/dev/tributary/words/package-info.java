/** Words in messages: {@link dev.tributary.words.NearestWord} finds the one that was meant. */
@NullMarked
package dev.tributary.words;

import org.jspecify.annotations.NullMarked;
