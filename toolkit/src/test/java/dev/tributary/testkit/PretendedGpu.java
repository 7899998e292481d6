package dev.tributary.testkit;

import static net.bytebuddy.matcher.ElementMatchers.isPublic;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.not;

import ai.djl.engine.StandardCapabilities;

import dev.tributary.device.NativeStack;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.implementation.MethodCall;
import net.bytebuddy.implementation.bytecode.assign.Assigner.Typing;
import net.bytebuddy.pool.TypePool;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.management.MemoryUsage;
import java.util.HashSet;
import java.util.Set;

/**
 * A GPU where there is none, {@code gpu(0)}: with {@code -Dtributary.gpu.pretended=true}.
 *
 * <p>The engine computes on the CPU, but each of its arrays has a {@linkplain DeviceLabels label}
 * that says where it would be. So everything takes the ways that it takes on a card; an operation
 * on arrays of two devices fails as it would there; copies from one to the other are copies; and
 * what would make the processor wait for the card is counted. What kernels compute, how fast, and
 * in how much memory, it does not tell.
 *
 * <p>For that, four of DJL's classes are changed before they are loaded: nothing in the process may
 * have used the engine before.
 */
public final class PretendedGpu {
    private static final boolean WANTED = Boolean.getBoolean("tributary.gpu.pretended");
    private static final ClassFileLocator CLASSES =
            ClassFileLocator.ForClassLoader.of(PretendedGpu.class.getClassLoader());
    private static final TypePool TYPES = TypePool.Default.of(CLASSES);

    private static volatile boolean there;

    private PretendedGpu() {}

    /** Puts it in, once, if it is wanted. */
    public static synchronized void installIfWanted() {
        if (!WANTED || there) {
            return;
        }
        try {
            String jni = "ai.djl.pytorch.jni.";
            define(jni + "LibUtils", labelled(jni + "JniUtils"));
            define(jni + "LibUtils", labelled(jni + "IValue"));
            define(
                    "ai.djl.pytorch.engine.PtEngineProvider",
                    redefined("ai.djl.pytorch.engine.PtDeviceType")
                            .method(named("toDeviceType"))
                            .intercept(FixedValue.value(0)));
            define(
                    "ai.djl.util.cuda.CudaLibrary",
                    redefined("ai.djl.util.cuda.CudaUtils")
                            .method(named("getGpuCount"))
                            .intercept(answer("count"))
                            .method(named("getGpuMemory"))
                            .intercept(answer("memory")));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the engine was in use before", e);
        }
        // With the libraries of a machine that has no card.
        NativeStack.engine();
        there = true;
    }

    /** Whether the process has one. */
    public static boolean isThere() {
        return there;
    }

    /** How often the processor had to wait for the card, since the process began. */
    public static long waits() {
        return DeviceLabels.waits();
    }

    /** How many arrays are on the card. */
    public static int arrays() {
        return DeviceLabels.arrays();
    }

    /** What the engine hears of how many cards there are. */
    public static int count() {
        return there ? 1 : 0;
    }

    /** And of the memory of the one. */
    public static MemoryUsage memory() {
        return new MemoryUsage(-1, 0, 0, 80L << 30);
    }

    private static DynamicType.Builder<?> redefined(String name) {
        TypeDescription type = TYPES.describe(name).resolve();
        return new ByteBuddy().redefine(type, CLASSES);
    }

    private static DynamicType.Builder<?> labelled(String name) {
        return redefined(name)
                .visit(Advice.to(Features.class).on(named("getFeatures")))
                .visit(
                        Advice.to(Operation.class)
                                .on(
                                        isPublic()
                                                .and(
                                                        not(
                                                                named("getFeatures")
                                                                        .or(
                                                                                nameStartsWith(
                                                                                        "is"))))));
    }

    private static MethodCall answer(String name) throws NoSuchMethodException {
        return MethodCall.invoke(PretendedGpu.class.getMethod(name));
    }

    /** A class can be defined by whoever may look into its package. */
    private static void define(String neighbour, DynamicType.Builder<?> type)
            throws ReflectiveOperationException {
        Class<?> host = Class.forName(neighbour, false, PretendedGpu.class.getClassLoader());
        MethodHandles.privateLookupIn(host, MethodHandles.lookup())
                .defineClass(type.make().getBytes());
    }

    /** Around each of the engine's operations. */
    private static final class Operation {
        @Advice.OnMethodEnter
        static void begin(
                @Advice.Origin("#m") String name, @Advice.AllArguments Object[] arguments) {
            DeviceLabels.begin(name, arguments);
        }

        @Advice.OnMethodExit
        @SuppressWarnings("UnusedVariable") // What is assigned is what the method returns.
        static void end(
                @Advice.Origin("#m") String name,
                @Advice.AllArguments Object[] arguments,
                @Advice.Return(readOnly = false, typing = Typing.DYNAMIC) @Nullable Object result) {
            result = DeviceLabels.end(name, arguments, result);
        }
    }

    /** The engine can compute on a card. */
    private static final class Features {
        @Advice.OnMethodExit
        static void end(@Advice.Return(readOnly = false) Set<String> features) {
            features = new HashSet<>(features);
            features.add(StandardCapabilities.CUDA);
        }
    }
}
