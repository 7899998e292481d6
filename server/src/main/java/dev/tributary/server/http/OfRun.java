package dev.tributary.server.http;

import java.util.Set;
import java.util.function.Function;

/**
 * A resource of one run: finds the run that the path names.
 *
 * @param runs where to look
 * @param methods the methods that the resource answers
 * @param resource makes the resource of a run
 */
record OfRun(RunDesk runs, Set<String> methods, Function<Services, Resource> resource)
        implements Resource {
    @Override
    public void handle(Exchange exchange) {
        exchange.whenNow(
                runs.led(exchange.run()),
                found -> {
                    Services run =
                            found.orElseThrow(
                                    () -> exchange.noRun("expected one that is led here"));
                    resource.apply(run).handle(exchange);
                });
    }
}
