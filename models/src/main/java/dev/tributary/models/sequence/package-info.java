/** Networks for text and time series: recurrent ones and a small transformer. */
@NullMarked
package dev.tributary.models.sequence;

import org.jspecify.annotations.NullMarked;
