package dev.tributary.agent;

import dev.tributary.training.DeviceDataset;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/**
 * One participant: an identity that is stable over restarts, and the data behind it, which stays.
 *
 * <p>Owns the data until close. Immutable.
 */
public final class Client implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final String id;
    private final DeviceDataset data;
    private final @Nullable String dataset;

    /**
     * A client that serves all runs.
     *
     * @param id 1 to 64 letters, digits, dots, dashes and underscores
     * @param data at least one example; handed over
     * @throws AgentException if the id is malformed
     */
    public Client(String id, DeviceDataset data) {
        this(id, data, null);
    }

    /**
     * A client that serves the runs about its data.
     *
     * @param id 1 to 64 letters, digits, dots, dashes and underscores
     * @param data at least one example; handed over
     * @param dataset the data set that a run must name; null to serve all runs
     * @throws AgentException if the id is malformed
     */
    public Client(String id, DeviceDataset data, @Nullable String dataset) {
        this.id = requireId(id);
        this.data = data;
        this.dataset = dataset;
    }

    private static String requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new AgentException(
                    "client id: expected 1 to 64 letters, digits, dots, dashes and underscores,"
                            + " found \""
                            + id
                            + "\"");
        }
        return id;
    }

    /** The identity. */
    public String id() {
        return id;
    }

    /** The data set that a run must name to be served; null if all are. */
    public @Nullable String dataset() {
        return dataset;
    }

    /** The data, on the device. */
    public DeviceDataset data() {
        return data;
    }

    /** Frees the data. */
    @Override
    public void close() {
        data.close();
    }
}
