package dev.concord.config;

import dev.concord.node.EventAction;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.web.server.PortInUseException;

/// Says in one sentence why a node did not start, for the causes an operator can mend. Everything else is a fault of
/// the program, and is reported with its stack trace.
public final class StartupFailureReporter implements SpringBootExceptionReporter {
    private final PrintStream out;

    public StartupFailureReporter() {
        this(System.err);
    }

    StartupFailureReporter(PrintStream out) {
        this.out = out;
    }

    @Override
    public boolean reportException(Throwable failure) {
        Optional<String> sentence = sentence(failure);
        sentence.ifPresent(this::report);
        return sentence.isPresent();
    }

    /// An error of a file in few words.
    static String reason(IOException e) {
        return e instanceof NoSuchFileException missing
                ? missing.getFile() + " does not exist"
                : String.valueOf(e.getMessage());
    }

    /// A person reads it on standard error; where the log is JSON, a machine does. The logging system leaves its format
    /// in a system property. Wrong settings are found before it exists, and always told in plain words.
    private void report(String sentence) {
        if (System.getProperty(LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName(), "")
                .isEmpty()) {
            out.println("concord: " + sentence);
        } else {
            LoggerFactory.getLogger(StartupFailureReporter.class)
                    .atError()
                    .addKeyValue(EventAction.FIELD, EventAction.START_REFUSED)
                    .log(sentence);
        }
    }

    /// Whether the configuration is to blame.
    static boolean isSettingsFault(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SettingsException) {
                return true;
            }
        }
        return false;
    }

    /// What to tell the operator about this failure, if it is one that he can mend.
    static Optional<String> sentence(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case SettingsException wrong -> {
                    return Optional.of(String.valueOf(wrong.getMessage()));
                }
                case StorageException unusable -> {
                    return Optional.of(String.valueOf(unusable.getMessage()));
                }
                case PortInUseException taken -> {
                    return Optional.of("port " + taken.getPort() + " for clients is in use by another program: stop it,"
                            + " or choose another http_port.");
                }
                case UncheckedIOException closed
                when closed.getCause() instanceof BindException -> {
                    return Optional.of(String.valueOf(closed.getMessage()));
                }
                default -> {}
            }
        }
        return Optional.empty();
    }
}
