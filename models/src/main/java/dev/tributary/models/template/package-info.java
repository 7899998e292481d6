/** Projects to begin with: {@code tributary new}. */
@NullMarked
package dev.tributary.models.template;

import org.jspecify.annotations.NullMarked;
