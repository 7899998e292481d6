package dev.tributary.agent;

import dev.tributary.agent.http.HttpCall;
import dev.tributary.agent.http.HttpReply;
import dev.tributary.agent.http.HttpTransport;
import dev.tributary.agent.http.ServerAddress;
import dev.tributary.data.DataException;
import dev.tributary.data.TableStatistics;
import dev.tributary.data.table.StatisticsFile;
import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.Paths;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Tells a server what sites tell of their tables, and waits for the sum of all. */
public final class StatisticsExchange {
    /** Longer than the server lets a request for the sum wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpTransport transport;
    private final Replies replies;
    private final Retry retry;
    private final String basePath;

    private StatisticsExchange(
            URI server,
            HttpTransport transport,
            RetryPolicy policy,
            Set<String> clients,
            Consumer<String> notes) {
        this.transport = transport;
        this.replies = new Replies(server.toString());
        this.basePath = server.getRawPath();
        this.retry =
                new Retry(
                        server.toString(),
                        policy,
                        Timing.system(),
                        // Not by the server: all sites would come back at the same moment.
                        RetryPolicy.jitter(clients.toString()),
                        notes);
    }

    /**
     * Tells and waits, as long as the server answers.
     *
     * @param server its URL is from {@link ServerUrl#parse}
     * @param own what each client tells, by id
     * @param notes hears when the server is lost and when it is back
     * @throws ServerRefusedException if it gathers none, or they do not fit those of other sites
     * @throws ServerUnreachableException if it does not answer for as long as the policy allows
     */
    public static TableStatistics agree(
            ServerAddress server,
            Map<String, TableStatistics> own,
            RetryPolicy policy,
            Consumer<String> notes) {
        try (HttpTransport transport = server.open()) {
            StatisticsExchange exchange =
                    new StatisticsExchange(server.url(), transport, policy, own.keySet(), notes);
            own.forEach(exchange::tell);
            Optional<TableStatistics> sum = Optional.empty();
            while (sum.isEmpty()) {
                sum = exchange.sum();
            }
            return sum.get();
        }
    }

    private void tell(String client, TableStatistics statistics) {
        ByteBuffer body =
                ByteBuffer.wrap(StatisticsFile.text(statistics).getBytes(StandardCharsets.UTF_8));
        HttpCall call =
                new HttpCall(
                        "PUT",
                        basePath + Paths.siteStatistics(client),
                        Map.of("Content-Type", Paths.CSV, Paths.CHECKSUM_HEADER, Checksum.of(body)),
                        List.of(body),
                        PATIENCE);
        HttpReply unused =
                retry.call(() -> replies.checked(replies.unspoiled(transport.send(call, null))));
    }

    /** Empty if some sites were missing for a while. */
    private Optional<TableStatistics> sum() {
        HttpCall call = HttpCall.get(basePath + Paths.STATISTICS, PATIENCE);
        return retry.call(() -> parsed(replies.checked(transport.send(call, null))));
    }

    private static Optional<TableStatistics> parsed(HttpReply reply) throws IOException {
        if (reply.text().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(StatisticsFile.parse("the sum of all sites", reply.text()));
        } catch (DataException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
