package dev.tributary.server.http;

import dev.tributary.protocol.ErrorCode;
import dev.tributary.server.aggregation.SpoolFile;
import dev.tributary.server.http.BodyReader.BrokenOffException;

import java.io.IOException;

/** Takes in one sum. */
final class SumIntake implements Runnable {
    private final SumResource resource;
    private final Exchange exchange;
    private final int round;
    private final String checksum;
    private final SpoolFile file;
    private final BodyReader body;

    SumIntake(SumResource resource, Exchange exchange, int round, String checksum, SpoolFile file) {
        this.resource = resource;
        this.exchange = exchange;
        this.round = round;
        this.checksum = checksum;
        this.file = file;
        this.body = new BodyReader(exchange.request(), (chunk, last) -> file.append(chunk));
    }

    @Override
    public void run() {
        try {
            if (body.read(this)) {
                resource.offer(exchange, round, checksum, file);
            }
        } catch (BrokenOffException e) {
            file.discard();
            exchange.error(ErrorCode.MALFORMED_BODY, "body: expected its end, it broke off");
        } catch (IOException e) {
            file.discard();
            resource.notStored(exchange, e);
        } catch (RuntimeException e) {
            file.discard();
            exchange.fail(e);
        }
    }
}
