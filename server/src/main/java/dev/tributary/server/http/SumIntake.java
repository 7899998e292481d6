package dev.tributary.server.http;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.aggregation.SpoolFile;

import org.eclipse.jetty.io.Content;

import java.io.IOException;

/** Writes a sum's body to its file as it comes; holds no thread while it waits for more. */
final class SumIntake implements Runnable {
    private final SumResource resource;
    private final Exchange exchange;
    private final int round;
    private final String checksum;
    private final SpoolFile file;

    SumIntake(SumResource resource, Exchange exchange, int round, String checksum, SpoolFile file) {
        this.resource = resource;
        this.exchange = exchange;
        this.round = round;
        this.checksum = checksum;
        this.file = file;
    }

    @Override
    public void run() {
        try {
            if (read()) {
                resource.offer(exchange, round, checksum, file);
            }
        } catch (IOException e) {
            file.discard();
            resource.notStored(exchange, e);
        } catch (RuntimeException e) {
            file.discard();
            exchange.fail(e);
        }
    }

    /** Reads what is there; false if the end is not, and this will run again, or never. */
    private boolean read() throws IOException {
        while (true) {
            Content.Chunk chunk = exchange.request().read();
            if (chunk == null) {
                exchange.request().demand(this);
                return false;
            }
            if (Content.Chunk.isFailure(chunk)) {
                file.discard();
                exchange.error(ErrorCode.MALFORMED_BODY, "body: expected its end, it broke off");
                return false;
            }
            boolean last = chunk.isLast();
            try {
                file.append(chunk.getByteBuffer());
            } finally {
                chunk.release();
            }
            if (last) {
                return true;
            }
        }
    }
}
