package dev.tributary.server.command;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The first signal that asks the process to end lets it end in order; a second one of its kind ends
 * it at once. One of another kind is the same wish: a terminal interrupts all processes of a group,
 * and then a parent, such as the demo, asks its children to terminate.
 *
 * <p>Java has no public way to hear a second signal: by default it is ignored while shutdown hooks
 * run. Where the JDK's own class is not there either, that default stays.
 */
final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
    private static final int SIGNALLED = 128;

    /** The kinds that have come, by the status that each ends with. */
    private static final Set<Integer> HEARD = ConcurrentHashMap.newKeySet();

    private StopSignals() {}

    /** Listens from now on, for the rest of the process. */
    static void listen() {
        for (String name : new String[] {"INT", "TERM"}) {
            try {
                listen(name);
            } catch (ReflectiveOperationException | RuntimeException e) {
                LOG.debug("signal {} is left as it is", name, e);
            }
        }
    }

    private static void listen(String name) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object named = signal.getConstructor(String.class).newInstance(name);
        int status = SIGNALLED + (Integer) signal.getMethod("getNumber").invoke(named);
        InvocationHandler heard =
                (proxy, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        stop(status);
                        return null;
                    }
                    return answer(proxy, method.getName(), arguments);
                };
        Object listener =
                Proxy.newProxyInstance(
                        StopSignals.class.getClassLoader(), new Class<?>[] {handler}, heard);
        signal.getMethod("handle", signal, handler).invoke(null, named, listener);
    }

    private static void stop(int status) {
        if (HEARD.add(status)) {
            // Runs the shutdown hooks, once; on a thread of its own, so that others are heard.
            new Thread(() -> System.exit(status), "signal").start();
        } else {
            Runtime.getRuntime().halt(status);
        }
    }

    private static Object answer(Object proxy, String method, Object[] arguments) {
        return switch (method) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "StopSignals";
        };
    }
}
