/** Models that say how much a user will like an item. */
@NullMarked
package dev.tributary.models.recommendation;

import org.jspecify.annotations.NullMarked;
