package dev.tributary.cli.display;

import dev.tributary.cli.Format;
import dev.tributary.cli.Terminal;
import dev.tributary.cli.display.Line.Tone;
import dev.tributary.protocol.ClientPhase;
import dev.tributary.protocol.ClientStatus;

import java.util.List;
import java.util.Locale;

/** The clients of a {@link LiveFrame}, a line each, in common columns. */
final class ClientLines {
    private static final int NAME_AT_MOST = 20;
    private static final int BAR_AT_LEAST = 8;
    private static final int BAR_AT_MOST = 24;
    private static final int PHASE_WIDTH = 13;

    /** All columns but the name, the bar and the bytes. */
    private static final int OTHER_WIDTH = 2 + PHASE_WIDTH + 7 + 15;

    private final Terminal terminal;
    private final Glyphs glyphs;
    private final int nameWidth;
    private final int barWidth;
    private final boolean withBytes;

    ClientLines(Terminal terminal, Glyphs glyphs, List<ClientStatus> clients) {
        this.terminal = terminal;
        this.glyphs = glyphs;
        int longest =
                clients.stream().mapToInt(client -> client.clientId().length()).max().orElse(0);
        nameWidth = Math.min(NAME_AT_MOST, longest);
        int bytesWidth = 2 * (2 + 8) + glyphs.up().length() + glyphs.down().length();
        int room = terminal.width() - OTHER_WIDTH - nameWidth - bytesWidth;
        withBytes = room >= BAR_AT_LEAST;
        barWidth = Math.max(BAR_AT_LEAST, Math.min(BAR_AT_MOST, room));
    }

    String line(ClientStatus client) {
        Tone tone = tone(client.phase());
        String phase = client.phase().name().toLowerCase(Locale.ROOT);
        Line line =
                new Line(terminal)
                        .add(Tone.PLAIN, shortened(client.clientId()), nameWidth + 2)
                        .add(tone, phase, PHASE_WIDTH);
        addBar(line, client, tone);
        String loss = client.loss() == 0 ? "" : "loss " + Format.metric(client.loss());
        line.add("  ").add(Tone.PLAIN, loss, 13);
        if (withBytes) {
            line.add("  " + glyphs.up())
                    .addRight(Tone.PLAIN, Format.bytes(client.bytesUp()), 8)
                    .add("  " + glyphs.down())
                    .addRight(Tone.PLAIN, Format.bytes(client.bytesDown()), 8);
        }
        return line.toString();
    }

    private void addBar(Line line, ClientStatus client, Tone tone) {
        boolean idle =
                switch (client.phase()) {
                    case WAITING, DROPPED, FAILED, DECLINED -> true;
                    case DOWNLOADING, TRAINING, UPLOADING, EVALUATING, DONE -> false;
                };
        double fraction =
                switch (client.phase()) {
                    case WAITING, DROPPED, FAILED, DECLINED -> 0;
                    case DONE -> 1;
                    case DOWNLOADING, TRAINING, UPLOADING, EVALUATING -> client.fraction();
                };
        line.add(tone, glyphs.filled(fraction, barWidth))
                .add(Tone.FAINT, glyphs.rest(fraction, barWidth))
                .addRight(Tone.PLAIN, idle ? "" : Format.percent(fraction), 7);
    }

    private static String shortened(String name) {
        return name.length() <= NAME_AT_MOST ? name : name.substring(0, NAME_AT_MOST - 2) + "..";
    }

    private static Tone tone(ClientPhase phase) {
        return switch (phase) {
            case WAITING -> Tone.FAINT;
            case DOWNLOADING, TRAINING, UPLOADING, EVALUATING -> Tone.BUSY;
            case DONE -> Tone.GOOD;
            case DROPPED, FAILED, DECLINED -> Tone.WARNING;
        };
    }
}
