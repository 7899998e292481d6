/** Models in DJL's own form: a block factory, and a directory with the values of its parameters. */
@NullMarked
package dev.tributary.models.djl;

import org.jspecify.annotations.NullMarked;
