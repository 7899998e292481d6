package dev.tributary.server.cohort;

import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ClientStatus;

/** What the server knows of one client. Belongs to the coordinator's thread. */
public final class Client {
    private ClientRegistration registration;
    private ClientPhase phase = ClientPhase.WAITING;
    private double fraction;
    private double loss;
    private long bytesUp;
    private long bytesDown;
    private long heardNanos;
    private int acceptedRound;
    private String acceptedChecksum = "";
    private long acceptedBytes;
    private boolean toldToFinish;

    Client(ClientRegistration registration, long nowNanos) {
        this.registration = registration;
        this.heardNanos = nowNanos;
    }

    /** Its id. */
    public String id() {
        return registration.clientId();
    }

    /** Its local training examples: the most that it may claim as a weight. */
    public long exampleCount() {
        return registration.exampleCount();
    }

    /** What it does now, as far as the server knows. */
    public ClientPhase phase() {
        return phase;
    }

    /** The last round in which an update of it counted; 0 for none. */
    public int acceptedRound() {
        return acceptedRound;
    }

    /** Its update counts in a round. */
    public void acceptedIn(int round, String checksum, long bytes) {
        acceptedRound = round;
        acceptedChecksum = checksum;
        acceptedBytes = bytes;
    }

    /** Its update counts no more: the attempt at the round failed. */
    public void acceptedNowhere() {
        acceptedRound = 0;
    }

    /** Whether that is the update that counts. */
    public boolean isAccepted(String checksum, long bytes) {
        return acceptedChecksum.equals(checksum) && acceptedBytes == bytes;
    }

    /** It does something else now, from the start. */
    public void enter(ClientPhase newPhase) {
        phase = newPhase;
        fraction = newPhase == ClientPhase.DONE ? 1 : 0;
    }

    /** It tells how far it is. */
    public void progress(ClientPhase newPhase, double newFraction, double newLoss) {
        phase = newPhase;
        fraction = newFraction;
        loss = newLoss;
    }

    /** Its last training loss. */
    public void trained(double newLoss) {
        loss = newLoss;
    }

    /** Body bytes came from it. */
    public void received(long bytes) {
        bytesUp += bytes;
    }

    /** Body bytes went to it. */
    public void sent(long bytes) {
        bytesDown += bytes;
    }

    /** It made itself heard. One that was given up is a candidate again. */
    public void heard(long nowNanos) {
        heardNanos = nowNanos;
        if (phase == ClientPhase.DROPPED) {
            enter(ClientPhase.WAITING);
        }
    }

    /** Whether it knows that the run has ended. */
    public boolean toldToFinish() {
        return toldToFinish;
    }

    /** It has been told that the run has ended. */
    public void tellToFinish() {
        toldToFinish = true;
        enter(ClientPhase.WAITING);
    }

    /** For displays. */
    public ClientStatus status() {
        return new ClientStatus(id(), phase, fraction, loss, exampleCount(), bytesUp, bytesDown);
    }

    void register(ClientRegistration newRegistration) {
        registration = newRegistration;
    }

    /**
     * Whether it can be asked: not given up, and heard of lately. Who has work to do need not call.
     */
    boolean eligible(long nowNanos, long silenceNanos) {
        return switch (phase) {
            case DROPPED, DECLINED -> false;
            case DOWNLOADING, TRAINING, UPLOADING, EVALUATING -> true;
            case WAITING, DONE, FAILED -> nowNanos - heardNanos <= silenceNanos;
        };
    }
}
