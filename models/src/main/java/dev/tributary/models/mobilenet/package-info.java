/** A network for phones. */
@NullMarked
package dev.tributary.models.mobilenet;

import org.jspecify.annotations.NullMarked;
