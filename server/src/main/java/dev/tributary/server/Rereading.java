package dev.tributary.server;

import dev.tributary.server.aggregation.Spool;
import dev.tributary.server.aggregation.Spool.Content;
import dev.tributary.server.aggregation.SpoolFile;
import dev.tributary.server.aggregation.SpooledUpdate;
import dev.tributary.server.aggregation.SumReceiver;
import dev.tributary.server.aggregation.UpdateReceiver;
import dev.tributary.server.aggregation.UpdateReceiver.Address;
import dev.tributary.server.database.Receipt;
import dev.tributary.strategy.RoundSchedule;
import dev.tributary.wire.WireException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the updates that count in an open round from the spool, by their receipts. */
final class Rereading {
    private static final Logger LOG = LoggerFactory.getLogger(Rereading.class);

    private final String runId;
    private final RunSetup setup;
    private final Spool spool;
    private final List<Receipt> receipts;

    /** Sums that were read, by their files. */
    private final Map<String, SumReceiver.Found> sums = new HashMap<>();

    Rereading(String runId, RunSetup setup, Spool spool, List<Receipt> receipts) {
        this.runId = runId;
        this.setup = setup;
        this.spool = spool;
        this.receipts = receipts;
    }

    /** All of them, but for those that are lost or damaged. */
    List<SpooledUpdate> updates() {
        List<SpooledUpdate> updates = new ArrayList<>();
        for (Receipt receipt : receipts) {
            try {
                updates.add(update(receipt));
            } catch (IOException | WireException e) {
                LOG.error("{}: the accepted update is lost: {}", receipt.spoolFile(), e.toString());
            }
        }
        return updates;
    }

    private SpooledUpdate update(Receipt receipt) throws IOException {
        SumReceiver.Found known = sums.get(receipt.spoolFile());
        if (known != null) {
            return known.update(receipt);
        }
        SpoolFile file =
                spool.reopen(
                        receipt.round(),
                        receipt.clientId(),
                        receipt.spoolFile(),
                        new Content(receipt.checksum(), receipt.bytes()));
        return SumReceiver.isSum(file) ? ofSum(receipt, file) : alone(receipt, file);
    }

    private SpooledUpdate ofSum(Receipt receipt, SpoolFile file) throws IOException {
        SumReceiver.Found sum =
                SumReceiver.reread(
                        file, setup.model().layout(), setup.strategy().weighting(), receipts);
        sums.put(receipt.spoolFile(), sum);
        return sum.update(receipt);
    }

    private SpooledUpdate alone(Receipt receipt, SpoolFile file) throws IOException {
        // In an asynchronous run it may count in a later round than that which it names.
        boolean buffered = setup.strategy().schedule() instanceof RoundSchedule.Buffered;
        int round = buffered ? Spool.roundOf(receipt.spoolFile()) : receipt.round();
        return UpdateReceiver.reread(
                new Address(runId, round, receipt.clientId()),
                setup.model().layout(),
                setup.config().training().updatePrecision(),
                file,
                receipt.checksum());
    }
}
