package dev.tributary.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.models.catalog.ModelCatalog;
import dev.tributary.parameters.ParameterLayout;
import dev.tributary.parameters.Precision;
import dev.tributary.wire.TensorBody;
import dev.tributary.wire.TensorBodyReader;
import dev.tributary.wire.UpdateMetadata;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32C;

final class SharedPayloadTest {
    @TempDir private Path directory;

    private static long checksum(byte[] bytes, int from, int to) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, to - from);
        return checksum.getValue();
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "1,0", "1,1", "3,7", "255,256", "1000,1", "1,100000", "4097,65537"})
    void joinedChecksumIsThatOfTheWhole(int front, int back) {
        byte[] bytes = new byte[front + back];
        new Random(front * 31L + back).nextBytes(bytes);
        long joined =
                ChecksumJoin.join(
                        checksum(bytes, 0, front), checksum(bytes, front, bytes.length), back);
        assertThat(joined).isEqualTo(checksum(bytes, 0, bytes.length));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void bodyOfEachClientPassesEveryCheckOfTheServer(Precision precision) throws IOException {
        int parameters = 300_001;
        ParameterLayout layout = VectorFactory.layout(parameters);
        SharedPayload payload =
                SharedPayload.create(directory.resolve("model"), parameters, precision);
        for (String client : new String[] {"load-1", "load-22"}) {
            UpdateMetadata metadata = new UpdateMetadata("run", 3, client, 2, 1, 0);
            TensorBody body = payload.body(layout, metadata);
            TensorBodyReader reader = new TensorBodyReader(layout, precision, chunk -> {});
            for (ByteBuffer chunk : body.chunks()) {
                reader.accept(chunk.duplicate());
            }
            TensorBodyReader.Checked checked = reader.finish(body.checksum());
            assertThat(checked.bytes()).isEqualTo(body.bytes());
            assertThat(UpdateMetadata.of(checked.header().metadata())).isEqualTo(metadata);
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "199210", "4194304", "4194305"})
    void layoutIsThatOfTheModelWithoutBuildingIt(int parameters) {
        assertThat(VectorFactory.layout(parameters))
                .isEqualTo(ModelCatalog.load().create(VectorFactory.spec(parameters)).layout());
    }
}
