/**
 * Where things are computed: the native stack, the device, and what a thread may record.
 *
 * <p>{@link dev.tributary.device.NativeStack} settles the native libraries before DJL loads; {@link
 * dev.tributary.device.DeviceSelector} turns {@code auto}, {@code cpu}, {@code gpu} or {@code
 * gpu:N} into a device and says why; {@link dev.tributary.device.GradientScope} switches the
 * recording of gradients for one thread.
 */
@NullMarked
package dev.tributary.device;

import org.jspecify.annotations.NullMarked;
