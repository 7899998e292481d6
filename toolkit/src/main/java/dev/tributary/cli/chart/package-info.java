/**
 * Charts as SVG, drawn here because a run's picture is to be one small file without a script.
 *
 * <p>A {@link dev.tributary.cli.chart.Chart} says what to show, panels of curves; {@link
 * dev.tributary.cli.chart.SvgChart} draws it, and {@link dev.tributary.cli.chart.StackedBars} who
 * holds how much of what.
 */
@NullMarked
package dev.tributary.cli.chart;

import org.jspecify.annotations.NullMarked;
