package dev.tributary.server.http;

import dev.tributary.protocol.Paths;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.console.StatusPage;

import org.eclipse.jetty.http.HttpFields;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@link Paths#HOME}: the server in a browser. */
record HomeResource(RunDesk runs) implements Resource {
    /** Runs with their clients and curves; all others are a line. */
    private static final int DETAILED = 4;

    private record Found(List<RunStatus> all, List<RunStatus> details) {}

    @Override
    public Set<String> methods() {
        return Set.of("GET", "HEAD");
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.when(
                runs.list().thenCompose(this::detailed),
                found -> {
                    HttpFields.Mutable headers = exchange.response().getHeaders();
                    headers.put("Content-Security-Policy", StatusPage.POLICY);
                    headers.put("X-Content-Type-Options", "nosniff");
                    headers.put("Referrer-Policy", "no-referrer");
                    headers.put("Cache-Control", "no-store");
                    // Drawn here, on a thread of the web server: coordinators have more to do.
                    exchange.text(200, StatusPage.TYPE, page(found));
                });
    }

    private String page(Found found) {
        return StatusPage.of(runs.notice(), found.all, found.details);
    }

    private CompletableFuture<Found> detailed(List<RunStatus> all) {
        List<CompletableFuture<RunStatus>> details =
                shown(all).stream()
                        .map(run -> runs.status(run.runId()).exceptionally(gone -> run))
                        .toList();
        return CompletableFuture.allOf(details.toArray(CompletableFuture[]::new))
                .thenApply(
                        done ->
                                new Found(
                                        all,
                                        details.stream().map(CompletableFuture::join).toList()));
    }

    /** Those that go on; if there are none, what came out of the newest. */
    private static List<RunStatus> shown(List<RunStatus> all) {
        List<RunStatus> open = all.stream().filter(run -> !run.ended()).limit(DETAILED).toList();
        return open.isEmpty() && !all.isEmpty() ? List.of(all.get(all.size() - 1)) : open;
    }
}
