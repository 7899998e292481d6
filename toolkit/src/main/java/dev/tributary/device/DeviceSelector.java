package dev.tributary.device;

import ai.djl.Device;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns what a user asked for into a device that exists, and says why that one.
 *
 * <p>A GPU that was demanded and cannot be had is an error; {@code auto} falls back to the CPU and
 * says so.
 */
public final class DeviceSelector {
    private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,3}))?");

    private DeviceSelector() {}

    /**
     * A device, and the sentence that explains it.
     *
     * @param device the device
     * @param reason why this one, for logs
     */
    public record Selection(Device device, String reason) {
        /** {@code cpu} or {@code gpu:N}, as users write it. */
        public String name() {
            return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
        }
    }

    /**
     * Selects a device; loads the engine unless {@code cpu} was asked for.
     *
     * @param wanted {@code auto}, {@code cpu}, {@code gpu} (the first) or {@code gpu:N}
     * @throws IllegalArgumentException if it is none of these
     * @throws DeviceUnavailableException if a GPU was asked for and cannot be had
     */
    public static Selection select(String wanted) {
        if (wanted.equals("cpu")) {
            return new Selection(Device.cpu(), "the CPU was asked for");
        }
        Matcher matcher = GPU.matcher(wanted);
        if (!wanted.equals("auto") && !matcher.matches()) {
            throw new IllegalArgumentException(
                    "device: expected auto, cpu, gpu or gpu:N, found \"" + wanted + "\"");
        }
        int count = NativeStack.engine().getGpuCount();
        if (wanted.equals("auto")) {
            return count > 0
                    ? new Selection(Device.gpu(0), "auto: the first of " + count + " GPUs")
                    : new Selection(Device.cpu(), "auto: no usable GPU, so the CPU");
        }
        int index = matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1));
        if (index >= count) {
            throw new DeviceUnavailableException(
                    "device %s was asked for, but %s; run \"tributary doctor\", or use device: auto"
                            .formatted(
                                    wanted,
                                    count == 0
                                            ? "no usable GPU was found"
                                            : "only " + count + " GPU(s) were found"));
        }
        return new Selection(Device.gpu(index), wanted + " was asked for");
    }
}
