package dev.tributary.models.bench;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import org.jspecify.annotations.Nullable;

/**
 * What {@code bench train} measured; its JSON names are an interface.
 *
 * @param model the model's name
 * @param parameters its trainable parameters
 * @param batch examples in a batch
 * @param examples examples in an epoch, which is one measurement
 * @param device {@code cpu} or {@code gpu:N}
 * @param threads intra-op threads
 * @param repetitions measurements behind each median
 * @param examplesPerSecond of {@code LocalTrainer}, median
 * @param djlExamplesPerSecond of DJL's own loop, median
 * @param ratio the first by the second
 * @param gpu how busy {@code LocalTrainer} kept the GPU; null on a CPU, and where the driver does
 *     not say
 */
public record TrainBenchmarkResult(
        String model,
        long parameters,
        int batch,
        int examples,
        String device,
        int threads,
        int repetitions,
        double examplesPerSecond,
        double djlExamplesPerSecond,
        double ratio,
        @Nullable GpuUse gpu) {
    private static final Gson GSON =
            new GsonBuilder()
                    .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                    .create();

    /**
     * A GPU's part in training.
     *
     * @param busyPercent of the time some kernel ran
     * @param stepMicros a step, from batch to update
     * @param idleMicrosPerStep of a step no kernel ran
     */
    public record GpuUse(double busyPercent, double stepMicros, double idleMicrosPerStep) {
        /** From how busy it was and how long a step took. */
        static GpuUse of(double busyPercent, double stepSeconds) {
            double micros = stepSeconds * 1e6;
            return new GpuUse(busyPercent, micros, micros * (1 - busyPercent / 100));
        }
    }

    /** One line of JSON, names in lower_case_with_underscores. */
    public String toJson() {
        return GSON.toJson(this);
    }

    /** A few lines for a person. */
    public String toText() {
        String text =
                String.join(
                        System.lineSeparator(),
                        "%s, %,d parameters, batches of %d, %s, %d intra-op thread(s), median of %d"
                                .formatted(model, parameters, batch, device, threads, repetitions),
                        "LocalTrainer   %,10.0f examples/s".formatted(examplesPerSecond),
                        "DJL's Trainer  %,10.0f examples/s".formatted(djlExamplesPerSecond),
                        "ratio          %10.2f".formatted(ratio));
        return gpu == null
                ? text
                : text
                        + System.lineSeparator()
                        + "GPU            %10.0f %% busy; of %.0f us a step it waits %.0f"
                                .formatted(gpu.busyPercent, gpu.stepMicros, gpu.idleMicrosPerStep);
    }
}
