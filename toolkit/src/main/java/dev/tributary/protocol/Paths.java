package dev.tributary.protocol;

/**
 * Paths, media types and headers of the HTTP protocol, version 1.
 *
 * <p>Path templates use {@code {name}} for parameters; the methods fill them in.
 */
public final class Paths {
    /** The version that both sides must speak. */
    public static final int PROTOCOL_VERSION = 1;

    /** Control messages. */
    public static final String JSON = "application/json";

    /** Models and updates. */
    public static final String SAFETENSORS = "application/vnd.safetensors";

    /**
     * {@link Checksum} of a body, JSON or not; sent by the writer, checked by the reader. Whoever
     * sends a control message without it has it taken as it comes.
     */
    public static final String CHECKSUM_HEADER = "Tributary-CRC32C";

    /**
     * Who fetches a model, on requests; a client that does not say so is served all the same, but
     * not shown in displays.
     */
    public static final String CLIENT_HEADER = "Tributary-Client";

    /** SHA-256 of a model body, in hex, on answers that carry a model. */
    public static final String MODEL_SHA256_HEADER = "Tributary-Model-SHA256";

    /**
     * Bytes of a client's unfinished update that the server holds, on answers to {@code HEAD} of
     * {@link #UPDATE}: a {@code PUT} with {@code Content-Range} goes on from there.
     */
    public static final String UPDATE_OFFSET_HEADER = "Tributary-Offset";

    /** {@code true} on answers to {@code HEAD} of {@link #UPDATE} once an update is accepted. */
    public static final String ACCEPTED_HEADER = "Tributary-Accepted";

    /** Text that tables and their statistics are. */
    public static final String CSV = "text/csv";

    /**
     * GET the sum of what all sites told of their tables; 204 while some are missing. For runs that
     * gather it, before the first round.
     */
    public static final String STATISTICS = "/v1/statistics";

    /** PUT what a site tells of its table, in the form of its file. */
    public static final String SITE_STATISTICS = "/v1/statistics/{client}";

    /** POST a {@link ClientRegistration}; answers a {@link RegistrationReceipt}. */
    public static final String CLIENTS = "/v1/clients";

    /** DELETE: the client has gone; rounds do not wait for it until it registers again. */
    public static final String CLIENT = "/v1/clients/{client}";

    /**
     * The query parameter of {@link #CLIENTS}, {@link #CLIENT} and {@link #TASK} that tells one
     * agent from another which uses the same client's id: a name that each start of an agent draws
     * anew. The agent that registered last is served and may say that the client goes; others hear
     * {@link ErrorCode#REPLACED}. Where it is missing, nobody is told apart.
     */
    public static final String AGENT = "agent";

    /** GET waits for a {@link RoundTask}; 204 when there is none yet. */
    public static final String TASK = "/v1/clients/{client}/task";

    /** POST a {@link ClientProgress}. */
    public static final String PROGRESS = "/v1/clients/{client}/progress";

    /**
     * The query parameter that says what is known already. Of {@link #RUN}: the last round, and the
     * history begins after it. Of {@link #EVENTS}: the number of the last event; if there is none
     * after it and the run goes on, the answer waits for one, about as long as one for a task.
     * Where it is missing, all is told.
     */
    public static final String AFTER = "after";

    /** GET a {@link RunStatus}; {@link #AFTER} makes it short. */
    public static final String RUN = "/v1/runs/{run}";

    /** GET a {@link RunLayout}: what a relay must know to check and to add updates. */
    public static final String LAYOUT = "/v1/runs/{run}/layout";

    /** GET a model as safetensors. */
    public static final String MODEL = "/v1/runs/{run}/models/{version}";

    /** PUT an update as safetensors; answers an {@link UpdateReceipt}. */
    public static final String UPDATE = "/v1/runs/{run}/rounds/{round}/updates/{client}";

    /**
     * PUT the exact sum of several updates as safetensors; answers an {@link UpdateReceipt} for all
     * of them. What is not accepted has changed nothing: each can be put by itself.
     */
    public static final String SUMS = "/v1/runs/{run}/rounds/{round}/sums";

    /** PUT a {@link EvaluationReport}; answers an {@link UpdateReceipt}. */
    public static final String EVALUATION = "/v1/runs/{run}/rounds/{round}/evaluations/{client}";

    /** GET events as a list of {@link RunEvent}; {@link #AFTER} says which. */
    public static final String EVENTS = "/v1/runs/{run}/events";

    /** GET the result of a run, or the newest version of its model while it goes on. */
    public static final String NEWEST_MODEL = "/v1/runs/{run}/model";

    /** POST ends a run for good; answers a {@link RunStatus}. */
    public static final String STOP = "/v1/runs/{run}/stop";

    /** POST lets a run that was stopped or has failed go on; answers a {@link RunStatus}. */
    public static final String RESUME = "/v1/runs/{run}/resume";

    /** The media type of run files. */
    public static final String YAML = "application/yaml";

    /**
     * GET all runs of this server, oldest first, as a list of {@link RunStatus} in {@linkplain
     * RunStatus#brief brief}. POST a run file; answers the {@link RunStatus} of the new run.
     */
    public static final String RUNS = "/v1/runs";

    /** GET a page for people: the runs of this server. */
    public static final String HOME = "/";

    /** GET 200 while the server is up. */
    public static final String HEALTH = "/v1/health";

    /** GET counters and gauges in Prometheus' text format. */
    public static final String METRICS = "/metrics";

    private Paths() {}

    /** {@link #CLIENT} of a client. */
    public static String client(String client) {
        return CLIENTS + "/" + client;
    }

    /** {@link #SITE_STATISTICS} of a client. */
    public static String siteStatistics(String client) {
        return STATISTICS + "/" + client;
    }

    /** {@link #TASK} of a client. */
    public static String task(String client) {
        return "/v1/clients/" + client + "/task";
    }

    /** A path as one of several agents asks for it. */
    public static String by(String agent, String path) {
        return path + "?" + AGENT + "=" + agent;
    }

    /** {@link #PROGRESS} of a client. */
    public static String progress(String client) {
        return "/v1/clients/" + client + "/progress";
    }

    /** {@link #RUN} of a run. */
    public static String run(String run) {
        return "/v1/runs/" + run;
    }

    /** {@link #RUN} without the rounds up to one. */
    public static String runAfter(String run, int round) {
        return run(run) + "?" + AFTER + "=" + round;
    }

    /** {@link #EVENTS} of a run after one. */
    public static String events(String run, long after) {
        return "/v1/runs/" + run + "/events?" + AFTER + "=" + after;
    }

    /** {@link #NEWEST_MODEL} of a run. */
    public static String newestModel(String run) {
        return "/v1/runs/" + run + "/model";
    }

    /** {@link #STOP} of a run. */
    public static String stop(String run) {
        return "/v1/runs/" + run + "/stop";
    }

    /** {@link #RESUME} of a run. */
    public static String resume(String run) {
        return "/v1/runs/" + run + "/resume";
    }

    /** {@link #MODEL} of a run and a version. */
    public static String model(String run, int version) {
        return "/v1/runs/" + run + "/models/" + version;
    }

    /** {@link #LAYOUT} of a run. */
    public static String layout(String run) {
        return "/v1/runs/" + run + "/layout";
    }

    /** {@link #UPDATE} of a run, a round and a client. */
    public static String update(String run, int round, String client) {
        return "/v1/runs/" + run + "/rounds/" + round + "/updates/" + client;
    }

    /** {@link #SUMS} of a run and a round. */
    public static String sums(String run, int round) {
        return "/v1/runs/" + run + "/rounds/" + round + "/sums";
    }

    /** {@link #EVALUATION} of a run, a round and a client. */
    public static String evaluation(String run, int round, String client) {
        return "/v1/runs/" + run + "/rounds/" + round + "/evaluations/" + client;
    }
}
