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

    /** POST a {@link ClientRegistration}; answers a {@link RegistrationReceipt}. */
    public static final String CLIENTS = "/v1/clients";

    /** DELETE: the client has gone; rounds do not wait for it until it registers again. */
    public static final String CLIENT = "/v1/clients/{client}";

    /** GET waits for a {@link RoundTask}; 204 when there is none yet. */
    public static final String TASK = "/v1/clients/{client}/task";

    /** POST a {@link ClientProgress}. */
    public static final String PROGRESS = "/v1/clients/{client}/progress";

    /** GET a {@link RunStatus}. */
    public static final String RUN = "/v1/runs/{run}";

    /** GET a model as safetensors. */
    public static final String MODEL = "/v1/runs/{run}/models/{version}";

    /** PUT an update as safetensors; answers an {@link UpdateReceipt}. */
    public static final String UPDATE = "/v1/runs/{run}/rounds/{round}/updates/{client}";

    /** PUT a {@link EvaluationReport}; answers an {@link UpdateReceipt}. */
    public static final String EVALUATION = "/v1/runs/{run}/rounds/{round}/evaluations/{client}";

    /** GET all runs of this server as a list of {@link RunStatus}. */
    public static final String RUNS = "/v1/runs";

    /** GET 200 while the server is up. */
    public static final String HEALTH = "/v1/health";

    /** GET counters and gauges in Prometheus' text format. */
    public static final String METRICS = "/metrics";

    private Paths() {}

    /** {@link #CLIENT} of a client. */
    public static String client(String client) {
        return CLIENTS + "/" + client;
    }

    /** {@link #TASK} of a client. */
    public static String task(String client) {
        return "/v1/clients/" + client + "/task";
    }

    /** {@link #PROGRESS} of a client. */
    public static String progress(String client) {
        return "/v1/clients/" + client + "/progress";
    }

    /** {@link #RUN} of a run. */
    public static String run(String run) {
        return "/v1/runs/" + run;
    }

    /** {@link #MODEL} of a run and a version. */
    public static String model(String run, int version) {
        return "/v1/runs/" + run + "/models/" + version;
    }

    /** {@link #UPDATE} of a run, a round and a client. */
    public static String update(String run, int round, String client) {
        return "/v1/runs/" + run + "/rounds/" + round + "/updates/" + client;
    }

    /** {@link #EVALUATION} of a run, a round and a client. */
    public static String evaluation(String run, int round, String client) {
        return "/v1/runs/" + run + "/rounds/" + round + "/evaluations/" + client;
    }
}
