/**
 * The run file {@code run.yaml}: read strictly, and written back with every default filled in.
 *
 * <p>Main types: {@link dev.tributary.config.RunFile} (text to value and back) and {@link
 * dev.tributary.config.RunConfig} (the value, which code may also build by itself).
 *
 * <p>A text becomes nodes that know their lines ({@code YamlDocument}); a {@code YamlSection} takes
 * the settings out of a mapping one by one, each checked by its {@code Setting}; whatever is wrong
 * or unknown is collected, and told all at once in a {@link dev.tributary.config.RunFileException}.
 * The records check themselves by the same settings, so that a value built in code obeys the same
 * rules as one that was read.
 */
@NullMarked
package dev.tributary.config;

import org.jspecify.annotations.NullMarked;
