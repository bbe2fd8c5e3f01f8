package dev.concord;

import dev.concord.cli.ConcordCommand;
import dev.concord.cli.HealthProbe;
import dev.concord.config.AccessConfiguration;
import dev.concord.config.ChatConfiguration;
import dev.concord.config.LabConfiguration;
import dev.concord.config.MeterConfiguration;
import dev.concord.config.NodeConfiguration;
import dev.concord.config.ObservabilityConfiguration;
import dev.concord.config.OperationsConfiguration;
import dev.concord.config.RuntimeConfiguration;
import dev.concord.config.StompConfiguration;
import dev.concord.config.UsedOfSpringBoot;
import dev.concord.config.WebConfiguration;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Import;

/// The one program: `node` runs a chat server, every other command is a client of one and starts no Spring.
///
/// Nothing is looked for on the class path: beans and auto-configurations are named, which is what makes a start fast.
@SpringBootConfiguration(proxyBeanMethods = false)
@UsedOfSpringBoot
@Import({
    NodeConfiguration.class,
    RuntimeConfiguration.class,
    ChatConfiguration.class,
    AccessConfiguration.class,
    WebConfiguration.class,
    StompConfiguration.class,
    OperationsConfiguration.class,
    ObservabilityConfiguration.class,
    MeterConfiguration.class,
    LabConfiguration.class
})
public class ChatServerApplication {
    public static void main(String[] args) {
        System.exit(
                HealthProbe.isAsked(args)
                        ? HealthProbe.run(args)
                        : ConcordCommand.run(ChatServerApplication.class, args));
    }
}
