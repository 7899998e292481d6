package dev.tributary.server;

import static java.util.stream.Collectors.toMap;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.server.telemetry.ServerMetrics;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Shows operators where the runs of a server are, what waits in them, and what they hold. */
final class Gauges {
    private final ServerMetrics metrics;
    private final RunBoard board;

    private Gauges(ServerMetrics metrics, RunBoard board) {
        this.metrics = metrics;
        this.board = board;
    }

    static void show(ServerMetrics metrics, ClientHall hall, RunBoard board) {
        metrics.gauge("tributary_clients", "Registered clients.", hall::clients);
        metrics.gauge("tributary_runs", "Runs that are led.", () -> board.led().size());
        Gauges runs = new Gauges(metrics, board);
        runs.showProgress();
        runs.showQueues();
        runs.showHoldings();
    }

    private void showProgress() {
        show("round", "The round in progress.", run -> run.coordinator().view().round());
        show(
                "selected",
                "Clients of the round in progress.",
                run -> run.coordinator().view().selected().size());
        show(
                "accuracy",
                "After the newest round: on the server's test set, or else on the clients' data.",
                run -> newest(run, RoundMetrics::accuracy, RoundMetrics::federatedAccuracy));
        show(
                "loss",
                "After the newest round: on the server's test set, or else on the clients' data.",
                run -> newest(run, RoundMetrics::loss, RoundMetrics::federatedLoss));
    }

    private void showQueues() {
        show(
                "messages",
                "Messages that wait for the coordinator.",
                run -> run.coordinator().waiting());
        show("orders", "Orders that wait for the device.", LedRun::orders);
        show("entries", "Entries that wait for the database.", LedRun::entries);
    }

    private void showHoldings() {
        show("arrays", "Engine arrays and scopes of the model.", LedRun::managedArrays);
        show("update_bytes", "Updates on disk.", LedRun::updateBytes);
        show("model_bytes", "Versions of the model on disk.", LedRun::modelBytes);
    }

    private void show(String name, String help, ToDoubleFunction<LedRun> value) {
        metrics.gauges("tributary_run_" + name, help, "run", () -> values(value));
    }

    /** By run; those of which there is nothing to tell are left out. */
    private Map<String, Double> values(ToDoubleFunction<LedRun> value) {
        return board.led().stream()
                .map(run -> Map.entry(run.id(), value.applyAsDouble(run)))
                .filter(entry -> !entry.getValue().isNaN())
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static double newest(
            LedRun run,
            Function<RoundMetrics, @Nullable Double> central,
            Function<RoundMetrics, @Nullable Double> federated) {
        RoundMetrics round = run.metrics().newest().orElse(null);
        if (round == null) {
            return Double.NaN;
        }
        Double own = central.apply(round);
        Double theirs = federated.apply(round);
        if (own == null) {
            return theirs == null ? Double.NaN : theirs;
        }
        return own;
    }
}
