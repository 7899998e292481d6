/**
 * Where things are computed: the native stack, the device, and what a thread may record.
 *
 * <p>{@link dev.tributary.device.NativeStack} settles the native libraries before DJL loads; {@link
 * dev.tributary.device.DeviceSelector} turns {@code auto}, {@code cpu}, {@code gpu} or {@code
 * gpu:N} into a device and says why; {@link dev.tributary.device.GradientScope} switches the
 * recording of gradients for one thread; {@link dev.tributary.device.Scalars} makes constants that
 * cost a GPU no copy. {@link dev.tributary.device.DeviceMemory} and {@link
 * dev.tributary.device.GpuActivity} say how full and how busy a GPU is.
 */
@NullMarked
package dev.tributary.device;

import org.jspecify.annotations.NullMarked;
