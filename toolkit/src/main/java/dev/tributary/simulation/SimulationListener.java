package dev.tributary.simulation;

import dev.tributary.protocol.RoundMetrics;

import java.util.List;

/** Hears what happens in a simulation. Of clients it hears on several threads. */
public interface SimulationListener {
    /** Hears nothing. */
    SimulationListener NONE = new SimulationListener() {};

    /**
     * A round begins.
     *
     * @param round the round, from 1
     * @param cohort the ids of its clients, sorted
     */
    default void roundBegins(int round, List<String> cohort) {}

    /**
     * A client works on its data.
     *
     * @param fraction how much of it is done, in [0, 1]
     * @param loss the mean training loss of its last complete epoch; 0 before there is one
     */
    default void trains(String client, double fraction, double loss) {}

    /** A client's update counts; its last training loss. */
    default void trained(String client, double loss) {}

    /** A client has no update in this round, and why. */
    default void failed(int round, String client, String cause) {}

    /** A round is over, 0 being the initial model's evaluation. */
    default void roundEnded(RoundMetrics metrics) {}
}
