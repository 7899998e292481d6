/** Linear softmax regression, the smallest model that learns. */
@NullMarked
package dev.tributary.models.logistic;

import org.jspecify.annotations.NullMarked;
