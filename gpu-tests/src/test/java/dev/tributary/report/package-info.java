/** What a build says at its end. */
@NullMarked
package dev.tributary.report;

import org.jspecify.annotations.NullMarked;
