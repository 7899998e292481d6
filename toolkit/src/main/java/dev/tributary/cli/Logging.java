package dev.tributary.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.spi.FilterReply;
import ch.qos.logback.core.util.FileSize;

import dev.tributary.protocol.RunEvent;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What is logged where: short warnings to stderr and, where a file is asked for, everything from
 * level info there. Found by Logback.
 *
 * <p>What happens in a run is logged under the name of {@link RunEvent}: not on the console of a
 * process that has a display for it.
 *
 * <p>In Java, since an XML file costs each process a quarter of a second at its start. One that the
 * user names by {@code logback.configurationFile} comes first.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_NORMAL_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {
    private static final String USERS_FILE = "logback.configurationFile";
    private static final String ROLLED_AT = "20MB";
    private static final int ROLLED_FILES = 3;
    private static final AtomicBoolean RUN_EVENTS_DISPLAYED = new AtomicBoolean();

    /** For the service loader. */
    public Logging() {}

    /** From now on a display of this process shows what happens in its run, and the console not. */
    public static void leaveRunEventsToTheDisplay() {
        RUN_EVENTS_DISPLAYED.set(true);
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(USERS_FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        @Nullable String file = System.getProperty(Startup.LOG_FILE);
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(file == null ? Level.WARN : Level.INFO);
        root.addAppender(console(context));
        if (file != null) {
            root.addAppender(file(context, file));
        }
        // Complains where there is no NVIDIA driver; the choice of the device is ours to tell.
        context.getLogger("ai.djl.util.cuda.CudaUtils").setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Appender<ILoggingEvent> console(LoggerContext context) {
        ThresholdFilter warnings = new ThresholdFilter();
        warnings.setContext(context);
        warnings.setLevel(Level.WARN.levelStr);
        warnings.start();
        // No stack trace unless asked for with the debug option; a log file always has them.
        String trace = Boolean.getBoolean(Startup.LOG_TRACES) ? "%ex" : "%nopex";
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setTarget("System.err");
        console.addFilter(warnings);
        console.addFilter(new DisplayedEvents());
        console.setEncoder(encoder(context, "%level %msg%n" + trace));
        console.start();
        return console;
    }

    private static Appender<ILoggingEvent> file(LoggerContext context, String path) {
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        // Before its policies start, since they ask for it.
        file.setFile(path);
        FixedWindowRollingPolicy names = new FixedWindowRollingPolicy();
        names.setContext(context);
        names.setParent(file);
        names.setFileNamePattern(path + ".%i");
        names.setMaxIndex(ROLLED_FILES);
        names.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(FileSize.valueOf(ROLLED_AT));
        size.start();
        file.setContext(context);
        file.setName("file");
        file.setRollingPolicy(names);
        file.setTriggeringPolicy(size);
        String line = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] %logger{36} %msg%n%ex";
        file.setEncoder(encoder(context, line));
        file.start();
        return file;
    }

    private static PatternLayoutEncoder encoder(LoggerContext context, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern);
        encoder.start();
        return encoder;
    }

    /** Keeps away what a display shows. */
    private static final class DisplayedEvents extends Filter<ILoggingEvent> {
        @Override
        public FilterReply decide(ILoggingEvent event) {
            boolean displayed =
                    RUN_EVENTS_DISPLAYED.get()
                            && event.getLoggerName().equals(RunEvent.class.getName());
            return displayed ? FilterReply.DENY : FilterReply.NEUTRAL;
        }
    }
}
