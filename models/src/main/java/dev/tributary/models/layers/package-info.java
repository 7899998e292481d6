/** Layers that several families share and DJL has not, or not in a form that trains federatedly. */
@NullMarked
package dev.tributary.models.layers;

import org.jspecify.annotations.NullMarked;
