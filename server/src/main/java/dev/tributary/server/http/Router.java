package dev.tributary.server.http;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.round.RefusedException;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.pathmap.MatchedResource;
import org.eclipse.jetty.http.pathmap.PathMappings;
import org.eclipse.jetty.http.pathmap.UriTemplatePathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Finds the resource for a path, and answers for it where there is none. */
final class Router extends Handler.Abstract {
    private static final Pattern PORT = Pattern.compile(":\\d*$");

    private final Set<String> hosts;
    private final PathMappings<Resource> resources = new PathMappings<>();

    /**
     * @param hosts the names by which requests may call this server; none for any
     */
    Router(Set<String> hosts) {
        this.hosts = Set.copyOf(hosts);
    }

    Router route(String template, Resource resource) {
        resources.put(new UriTemplatePathSpec(template), resource);
        return this;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        MatchedResource<Resource> match = resources.getMatched(path);
        Map<String, String> parameters =
                match != null && match.getPathSpec() instanceof UriTemplatePathSpec template
                        ? template.getPathParams(path)
                        : Map.of();
        Exchange exchange = new Exchange(request, response, callback, parameters);
        try {
            if (match == null) {
                throw new RefusedException(ErrorCode.NOT_FOUND, "there is nothing at this path");
            }
            refuseOtherNames(request);
            refuseOtherSites(request);
            handle(match.getResource(), exchange);
        } catch (RuntimeException e) {
            exchange.fail(e);
        }
        return true;
    }

    /**
     * A browser asks a site's own server, whose name may have become that of this machine: then it
     * takes this server for the site's, and the site's page reads and does all that it likes.
     */
    private void refuseOtherNames(Request request) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        if (hosts.isEmpty() || host == null) {
            return;
        }
        String name = PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
        if (!hosts.contains(name)) {
            throw new RefusedException(
                    ErrorCode.FORBIDDEN,
                    ("Host: expected %s, since this server is for its own machine alone, found"
                                    + " \"%s\": a proxy must name the server that it asks, or"
                                    + " start the server with --credentials")
                            .formatted(String.join(" or ", new TreeSet<>(hosts)), Ids.shown(host)));
        }
    }

    /**
     * A browser says which site's page sends a request. It sends along whatever lets its user in,
     * so that any page that somebody looks at could submit and stop runs.
     */
    private static void refuseOtherSites(Request request) {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        String own = "://" + request.getHeaders().get(HttpHeader.HOST);
        if (origin != null && !origin.endsWith(own)) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "Origin: expected none, or that of this server, found \"%s\""
                            .formatted(Ids.shown(origin)));
        }
    }

    private static void handle(Resource resource, Exchange exchange) {
        String method = exchange.request().getMethod();
        if (!resource.methods().contains(method)) {
            String allowed = String.join(", ", new TreeSet<>(resource.methods()));
            exchange.response().getHeaders().put("Allow", allowed);
            throw new RefusedException(
                    ErrorCode.METHOD_NOT_ALLOWED,
                    "method: expected %s, found %s".formatted(allowed, method));
        }
        resource.handle(exchange);
    }
}
