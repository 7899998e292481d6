package dev.tributary.protocol;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Where a run is: what displays and scripts read.
 *
 * @param runId the run
 * @param state in what part of its life
 * @param message why it ended, or what it waits for
 * @param round the round in progress, from 1; 0 before the first
 * @param rounds how many rounds it may take
 * @param modelVersion the newest published version
 * @param model the model's name
 * @param dataset the data set's name; null where a run of an earlier version does not tell
 * @param parameterCount trainable parameters
 * @param device where the server folds
 * @param cohort clients selected for the current round
 * @param accepted updates accepted in the current round
 * @param elapsedSeconds since the first round began
 * @param bytesUp body bytes received so far
 * @param bytesDown body bytes sent so far
 * @param modelSha256 SHA-256 of the final model file; null until the run has ended
 * @param clients all registered clients, by id
 * @param history the rounds so far
 * @param events what happened, newest last, at most the last 100
 */
public record RunStatus(
        String runId,
        State state,
        String message,
        int round,
        int rounds,
        int modelVersion,
        String model,
        @Nullable String dataset,
        long parameterCount,
        String device,
        int cohort,
        int accepted,
        double elapsedSeconds,
        long bytesUp,
        long bytesDown,
        @Nullable String modelSha256,
        List<ClientStatus> clients,
        List<RoundMetrics> history,
        List<RunEvent> events) {

    /** The life of a run. */
    public enum State {
        /** Submitted; others come first. */
        QUEUED,
        /** Waiting for enough clients. */
        WAITING,
        /** In a round. */
        RUNNING,
        /** Ended as planned: all rounds, or a stop condition. */
        FINISHED,
        /** Ended by an error. */
        FAILED,
        /** Ended by request. */
        STOPPED
    }

    /** Copies the lists. */
    public RunStatus {
        clients = List.copyOf(clients);
        history = List.copyOf(history);
        events = List.copyOf(events);
    }

    /** The same with what the result is. */
    public RunStatus withModelSha256(String sha256) {
        return with(sha256, clients, history, events);
    }

    /** The same with what a list of runs shows: of the rounds the newest, no clients, no events. */
    public RunStatus brief() {
        int newest = Math.max(0, history.size() - 1);
        return withDetails(List.of(), history.subList(newest, history.size()), List.of());
    }

    /** The same with other details. */
    public RunStatus withDetails(
            List<ClientStatus> newClients,
            List<RoundMetrics> newHistory,
            List<RunEvent> newEvents) {
        return with(modelSha256, newClients, newHistory, newEvents);
    }

    private RunStatus with(
            @Nullable String newModelSha256,
            List<ClientStatus> newClients,
            List<RoundMetrics> newHistory,
            List<RunEvent> newEvents) {
        return new RunStatus(
                runId,
                state,
                message,
                round,
                rounds,
                modelVersion,
                model,
                dataset,
                parameterCount,
                device,
                cohort,
                accepted,
                elapsedSeconds,
                bytesUp,
                bytesDown,
                newModelSha256,
                newClients,
                newHistory,
                newEvents);
    }

    /** Whether the run has ended, one way or another. */
    public boolean ended() {
        return switch (state) {
            case QUEUED, WAITING, RUNNING -> false;
            case FINISHED, FAILED, STOPPED -> true;
        };
    }

    /**
     * Whether a warning or an error says what the message says, so that it need not be repeated.
     */
    public boolean toldByEvent() {
        return events.stream()
                .anyMatch(event -> event.isWarning() && event.message().contains(message));
    }

    /** The same with only the rounds after that one, for who knows the others. */
    public RunStatus after(int known) {
        return withHistory(history.stream().filter(metrics -> metrics.round() > known).toList());
    }

    /** The same with other rounds. */
    public RunStatus withHistory(List<RoundMetrics> newHistory) {
        return with(modelSha256, clients, newHistory, events);
    }
}
