package dev.concord.config;

import dev.concord.chat.ClusterLevel;
import dev.concord.chat.CommittedEntries;
import dev.concord.chat.Drain;
import dev.concord.chat.Subscriptions;
import dev.concord.runtime.ClusterNode;
import dev.concord.web.Answers;
import dev.concord.web.DrainController;
import dev.concord.web.LevelController;
import dev.concord.web.LogController;
import dev.concord.web.stomp.StompSessions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What operators need on an ordinary day: draining a node before it is stopped, and copying the log.
@Configuration(proxyBeanMethods = false)
public class OperationsConfiguration {
    /// The sessions that stay open are closed staggered, as a stop does.
    @Bean
    Drain drain(ClusterNode node, Subscriptions readers, StompSessions sessions) {
        return new Drain(node, readers, sessions::stop);
    }

    @Bean
    LevelController levelController(ClusterNode node, Answers answers) {
        return new LevelController(new ClusterLevel(node), answers);
    }

    @Bean
    LogController logController(CommittedEntries entries, Answers answers) {
        return new LogController(entries, answers);
    }

    @Bean
    DrainController drainController(Drain drain, Answers answers) {
        return new DrainController(drain, answers);
    }
}
