package dev.tributary.server.round;

import dev.tributary.protocol.RoundMetrics;
import dev.tributary.protocol.RunEvent;
import dev.tributary.protocol.RunStatus;
import dev.tributary.server.store.RunJournal;

import java.util.ArrayList;
import java.util.List;

/** Remembers what it is told. */
final class FakeJournal implements RunJournal {
    final List<RoundMetrics> rounds = new ArrayList<>();
    final List<RunEvent> events = new ArrayList<>();
    final List<RunStatus> ends = new ArrayList<>();

    @Override
    public void append(RoundMetrics metrics) {
        rounds.add(metrics);
    }

    @Override
    public void append(RunEvent event) {
        events.add(event);
    }

    @Override
    public void finish(RunStatus last, String modelSha256) {
        ends.add(last);
    }
}
