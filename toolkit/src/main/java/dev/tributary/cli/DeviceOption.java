package dev.tributary.cli;

import dev.tributary.device.DeviceSelector;
import dev.tributary.device.DeviceSelector.Selection;

import picocli.CommandLine.Option;

/** The option that says where a command computes; a mixin. */
public final class DeviceOption {
    @Option(
            names = "--device",
            defaultValue = "auto",
            paramLabel = "<device>",
            description = "Where to compute: auto, cpu, gpu or gpu:N (default: ${DEFAULT-VALUE}).")
    private String name = "auto";

    /** For picocli. */
    public DeviceOption() {}

    /** As the user wrote it. */
    public String name() {
        return name;
    }

    /**
     * The device.
     *
     * @throws RuntimeException as {@link DeviceSelector#select} does
     */
    public Selection select() {
        return DeviceSelector.select(name);
    }
}
