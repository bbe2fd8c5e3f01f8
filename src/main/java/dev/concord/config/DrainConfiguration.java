package dev.concord.config;

import dev.concord.chat.Drain;
import dev.concord.chat.Subscriptions;
import dev.concord.runtime.ClusterNode;
import dev.concord.web.Answers;
import dev.concord.web.DrainController;
import dev.concord.web.stomp.StompSessions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Taking a node out of service before it is stopped.
@Configuration(proxyBeanMethods = false)
public class DrainConfiguration {
    /// The sessions that stay open are closed staggered, as a stop does.
    @Bean
    Drain drain(ClusterNode node, Subscriptions readers, StompSessions sessions) {
        return new Drain(node, readers, sessions::stop);
    }

    @Bean
    DrainController drainController(Drain drain, Answers answers) {
        return new DrainController(drain, answers);
    }
}
