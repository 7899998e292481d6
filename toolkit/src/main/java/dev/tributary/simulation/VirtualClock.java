package dev.tributary.simulation;

/** The time that would have passed, had the clients been real. One thread. */
final class VirtualClock {
    private double seconds;

    /** Since the run began. */
    double seconds() {
        return seconds;
    }

    /** Goes on to a time that is not over. */
    void advanceTo(double time) {
        if (!(time >= seconds)) {
            throw new IllegalArgumentException(
                    "expected a time from %s s on, found %s".formatted(seconds, time));
        }
        seconds = time;
    }
}
