package dev.tributary.server.store;

import dev.tributary.cli.Versions;
import dev.tributary.config.RunConfig;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.protocol.ClientStatus;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.protocol.Outcome;
import dev.tributary.protocol.RunStatus;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What produced a model: enough to repeat the run and to see whether it was repeated.
 *
 * @param runId the run
 * @param config the run file
 * @param model the model with all its options
 * @param layout its layout
 * @param device where the server computed
 * @param deviceReason why there
 * @param initial what the model started from
 * @param data describes the test set; asked once, at the end
 * @param updates how many updates ended so, in all attempts at all rounds
 */
public record Provenance(
        String runId,
        RunConfig config,
        ModelSpec model,
        ParameterLayout layout,
        String device,
        String deviceReason,
        String initial,
        Supplier<Map<String, Object>> data,
        ToLongFunction<Outcome> updates) {

    /** All of it as JSON. */
    String complete(RunStatus last, String modelSha256) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("run_id", runId);
        file.put("name", config.name());
        file.put("seed", config.seed());
        file.put("outcome", last.state());
        file.put("message", last.message());
        file.put("model", modelFacts(last, modelSha256));
        file.put("strategy", config.strategy());
        file.put("training", config.training());
        file.put("cohort", cohortFacts());
        file.put("data", data.get());
        file.put("versions", versions());
        file.put("device", Map.of("name", device, "reason", deviceReason));
        file.put("clients", clients(last));
        file.put("totals", totals(last));
        return Json.writePretty(file) + "\n";
    }

    private Map<String, Object> modelFacts(RunStatus last, String sha256) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", model.name());
        facts.put("options", model.options());
        facts.put("initial", initial);
        facts.put("layout_sha256", layout.hash());
        facts.put("parameters", last.parameterCount());
        facts.put("version", last.modelVersion());
        facts.put("sha256", sha256);
        return facts;
    }

    private Map<String, Object> cohortFacts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("size", config.cohort().size());
        facts.put("minimum", config.cohort().minimum());
        facts.put("over_selection", config.cohort().overSelection());
        facts.put("deadline_s", config.cohort().deadline().toMillis() / 1000.0);
        return facts;
    }

    private static Map<String, Object> versions() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("tributary", Versions.tributary());
        facts.put("djl", Versions.djl());
        facts.put("pytorch", Versions.pytorch());
        facts.put("jdk", Versions.jdk());
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return facts;
    }

    private static List<Map<String, Object>> clients(RunStatus last) {
        List<Map<String, Object>> clients = new ArrayList<>();
        for (ClientStatus client : last.clients()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("id", client.clientId());
            facts.put("examples", client.exampleCount());
            clients.add(facts);
        }
        return clients;
    }

    private Map<String, Object> totals(RunStatus last) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("rounds", last.modelVersion());
        facts.put("seconds", last.elapsedSeconds());
        facts.put("bytes_up", last.bytesUp());
        facts.put("bytes_down", last.bytesDown());
        facts.put("updates_accepted", updates.applyAsLong(Outcome.ACCEPTED));
        facts.put("updates_rejected", updates.applyAsLong(Outcome.REJECTED));
        facts.put("updates_discarded", updates.applyAsLong(Outcome.DISCARDED));
        return facts;
    }
}
