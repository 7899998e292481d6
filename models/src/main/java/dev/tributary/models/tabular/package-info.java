/** Networks for tables of numbers and categories. */
@NullMarked
package dev.tributary.models.tabular;

import org.jspecify.annotations.NullMarked;
