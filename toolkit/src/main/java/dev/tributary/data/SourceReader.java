package dev.tributary.data;

/** See {@link ExampleReader#of}. */
final class SourceReader implements ExampleReader {
    private final DatasetSource source;
    private final int[] share;
    private final float[] labels;

    SourceReader(DatasetSource source, int[] share) {
        this.source = source;
        this.share = share.clone();
        float[] all = source.trainLabels();
        this.labels = new float[share.length];
        for (int i = 0; i < share.length; i++) {
            labels[i] = all[share[i]];
        }
    }

    @Override
    public float[] labels() {
        return labels;
    }

    @Override
    public long[] featureShape() {
        return source.featureShape();
    }

    @Override
    public int classCount() {
        return source.classCount();
    }

    @Override
    public LocalDataset read(int[] positions) {
        int[] indices = new int[positions.length];
        for (int i = 0; i < positions.length; i++) {
            indices[i] = share[positions[i]];
        }
        return source.train(indices);
    }
}
