package dev.tributary.testkit;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;

import java.lang.reflect.Field;
import java.util.Map;

/** All arrays and scopes that are alive in this process, whoever owns them. */
public final class LiveArrays {
    private LiveArrays() {}

    /** How many there are. */
    public static int count() throws ReflectiveOperationException {
        try (NDManager probe = NDManager.newBaseManager()) {
            return count(probe.getParentManager());
        }
    }

    private static int count(NDManager manager) throws ReflectiveOperationException {
        Field resources = BaseNDManager.class.getDeclaredField("resources");
        resources.setAccessible(true);
        int count = 0;
        for (Object resource : ((Map<?, ?>) resources.get(manager)).values()) {
            count += 1 + (resource instanceof BaseNDManager child ? count(child) : 0);
        }
        return count;
    }
}
