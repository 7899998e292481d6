package dev.tributary.server.store;

import dev.tributary.cli.Format;
import dev.tributary.cli.chart.Chart;
import dev.tributary.cli.chart.SvgChart;
import dev.tributary.protocol.RunStatus;

import java.io.IOException;

/** What a run reached over the rounds, and its loss, as a picture. */
final class RunChart {
    private RunChart() {}

    /** Draws it, if there is anything to see. */
    static void write(RunDirectory directory, RunStatus last) throws IOException {
        if (last.history().isEmpty()) {
            return;
        }
        String subtitle =
                "%s, %s parameters, %d rounds, %s"
                        .formatted(
                                last.model(),
                                Format.count(last.parameterCount()),
                                last.modelVersion(),
                                last.device());
        SvgChart.write(Chart.ofRun(last.runId(), subtitle, last.history()), directory.chart());
    }
}
