/** Linear regression. */
@NullMarked
package dev.tributary.models.linear;

import org.jspecify.annotations.NullMarked;
