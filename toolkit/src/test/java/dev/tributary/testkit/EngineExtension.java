package dev.tributary.testkit;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

import dev.tributary.device.NativeStack;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test an {@link NDManager} on the CPU and fails the test that leaves arrays open in it.
 * With {@code -Dtributary.test.device=gpu0} the same tests run on a GPU, but for those tagged
 * {@code cpu}.
 *
 * <p>The test closes what it opens; what the code under test leaves behind is its leak.
 */
public final class EngineExtension
        implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final String DEVICE = System.getProperty("tributary.test.device", "cpu");
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(EngineExtension.class);

    static {
        PretendedGpu.installIfWanted();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        manager(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try (NDManager manager = manager(context)) {
            // Host copies of what a test reads from a GPU are DJL's, and go with the manager.
            long left =
                    manager.getManagedArrays().stream()
                            .filter(array -> array.getDevice().equals(manager.getDevice()))
                            .count();
            if (context.getExecutionException().isEmpty() && left > 0) {
                throw new AssertionError("expected no open arrays after the test, found " + left);
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == NDManager.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return manager(context);
    }

    private static NDManager manager(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        context.getUniqueId(),
                        id -> NativeStack.engine().newBaseManager(Device.fromName(DEVICE)),
                        NDManager.class);
    }
}
