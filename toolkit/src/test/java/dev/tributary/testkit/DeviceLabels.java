package dev.tributary.testkit;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexTake;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * On which device each array of the engine would be, and what a card would say of an operation.
 *
 * <p>Called by the engine's own methods, into which {@link PretendedGpu} puts it: hence public.
 */
public final class DeviceLabels {
    /** By an array's handle; without an entry it is on the CPU. */
    private static final Map<Long, Device> LABELS = new ConcurrentHashMap<>();

    private static final AtomicLong WAITS = new AtomicLong();

    /** One operand of these may be 0-d and on the CPU: the kernel gets its value with its call. */
    private static final Set<String> ELEMENTWISE =
            Set.of(
                    "add",
                    "sub",
                    "mul",
                    "div",
                    "remainder",
                    "pow",
                    "max",
                    "min",
                    "eq",
                    "neq",
                    "gt",
                    "gte",
                    "lt",
                    "lte",
                    "logicalAnd",
                    "logicalOr",
                    "logicalXor");

    /** The same, with the result in the place of the first. */
    private static final Set<String> IN_PLACE =
            Set.of("addi", "subi", "muli", "divi", "remainderi", "powi");

    /** For these the host needs to know what is on the card: so often. */
    private static final Map<String, Integer> WAITING =
            Map.of("booleanMask", 1, "nonZeros", 1, "contentEqual", 1, "clip", 2);

    private DeviceLabels() {}

    /** How often the processor had to wait for the card, since the process began. */
    static long waits() {
        return WAITS.get();
    }

    /** How many arrays are on the card. */
    static int arrays() {
        return LABELS.size();
    }

    /**
     * An operation begins.
     *
     * @param name the engine's method
     * @param arguments its arguments
     * @throws EngineException if it would be of arrays on two devices
     */
    public static void begin(String name, Object[] arguments) {
        if (name.equals("deleteNDArray")) {
            LABELS.remove((Long) arguments[0]);
            return;
        }
        List<PtNDArray> operands = arrays(arguments);
        if (name.equals("indexAdvPut") && operands.size() == 2) {
            // Into a range: a copy, from wherever it is.
            WAITS.addAndGet(of(operands.get(0)).equals(of(operands.get(1))) ? 0 : 1);
            return;
        }
        Device device = common(arguments);
        for (int i = 0; i < operands.size(); i++) {
            boolean mayBeScalar = ELEMENTWISE.contains(name) || (IN_PLACE.contains(name) && i > 0);
            if (!of(operands.get(i)).equals(device)
                    && !(mayBeScalar && operands.get(i).isScalar())) {
                throw new EngineException(
                        "%s: expected all arrays on one device, found %s and %s"
                                .formatted(name, device, of(operands.get(i))));
            }
        }
        if (device.isGpu()) {
            WAITS.addAndGet(WAITING.getOrDefault(name, 0));
        }
    }

    /**
     * An operation has ended.
     *
     * @return what it gives in the place of its result
     */
    public static @Nullable Object end(String name, Object[] arguments, @Nullable Object result) {
        if (name.equals("getDevice")) {
            return of((PtNDArray) arguments[0]);
        }
        Device device = named(arguments).orElseGet(() -> common(arguments));
        if (result instanceof PtNDArray array) {
            put(array, device);
            return crosses(name, arguments, device) ? copied(array) : array;
        }
        for (PtNDArray array : arrays(new Object[] {result})) {
            put(array, device);
        }
        return result;
    }

    /** On a CPU, what the engine makes of a Java buffer or of an array there is no copy. */
    private static boolean crosses(String name, Object[] arguments, Device device) {
        boolean crosses =
                switch (name) {
                    case "to" -> !of((PtNDArray) arguments[0]).equals(device);
                    case "createNdFromByteBuffer" -> device.isGpu();
                    default -> false;
                };
        if (crosses) {
            WAITS.incrementAndGet();
        }
        return crosses;
    }

    private static PtNDArray copied(PtNDArray alias) {
        try (alias) {
            return JniUtils.clone(alias);
        }
    }

    private static Optional<Device> named(Object[] arguments) {
        return Arrays.stream(arguments)
                .filter(Device.class::isInstance)
                .map(Device.class::cast)
                .findFirst();
    }

    /** That of the operands, or of who will own the result if there are none. */
    private static Device common(Object[] arguments) {
        List<PtNDArray> operands = arrays(arguments);
        if (operands.isEmpty()) {
            return Arrays.stream(arguments)
                    .filter(PtNDManager.class::isInstance)
                    .map(owner -> ((PtNDManager) owner).getDevice())
                    .findFirst()
                    .orElse(Device.cpu());
        }
        return operands.stream()
                .map(DeviceLabels::of)
                .filter(Device::isGpu)
                .findFirst()
                .orElse(Device.cpu());
    }

    private static Device of(PtNDArray array) {
        return LABELS.getOrDefault(array.getHandle(), Device.cpu());
    }

    private static void put(PtNDArray array, Device device) {
        if (device.isGpu()) {
            LABELS.put(array.getHandle(), device);
        } else {
            LABELS.remove(array.getHandle());
        }
    }

    private static List<PtNDArray> arrays(@Nullable Object[] arguments) {
        List<PtNDArray> arrays = new ArrayList<>();
        for (Object argument : arguments) {
            if (argument instanceof PtNDArray array) {
                arrays.add(array);
            } else if (argument instanceof NDList list) {
                arrays.addAll(arrays(list.toArray()));
            } else if (argument instanceof Object[] list) {
                arrays.addAll(arrays(list));
            } else if (argument instanceof NDIndex index) {
                index.getIndices().stream()
                        .filter(NDIndexTake.class::isInstance)
                        .map(each -> (PtNDArray) ((NDIndexTake) each).getIndex())
                        .forEach(arrays::add);
            }
        }
        return arrays;
    }
}
