package dev.concord.web;

import dev.concord.access.AccessControl;
import dev.concord.access.AccessMode;
import dev.concord.access.RateLimiter;
import dev.concord.chat.ChatLimits;
import dev.concord.chat.CommittedEntries;
import dev.concord.config.ChatConfiguration;
import dev.concord.config.ObservabilityConfiguration;
import dev.concord.config.WebConfiguration;
import dev.concord.runtime.SingleNode;
import dev.concord.web.security.OriginRules;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/// The edge as it is, above a node that a test can make fail.
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ChatConfiguration.class, WebConfiguration.class, ObservabilityConfiguration.class})
class WebTestApplication {
    static final int MAX_SUBSCRIPTIONS = 1200;
    static final int MAX_BULK_REQUESTS = 2;

    @Bean
    SingleNode singleNode() {
        return new SingleNode();
    }

    @Bean
    LogController logController(SingleNode node, Answers answers) {
        return new LogController(new CommittedEntries(node), answers);
    }

    @Bean
    AccessMode access() {
        return AccessMode.LOOPBACK;
    }

    @Bean
    AccessControl accessControl() {
        return AccessControl.open(AccessMode.LOOPBACK);
    }

    @Bean
    RateLimiter rateLimiter() {
        return RateLimiter.none();
    }

    @Bean
    OriginRules origins() {
        return new OriginRules(
                AccessMode.LOOPBACK, List.of("https://allowed.example"), "http://node1.example:8080", List::of);
    }

    @Bean
    ChatLimits chatLimits() {
        return new ChatLimits(16 * 1024, Duration.ofSeconds(1), MAX_SUBSCRIPTIONS, MAX_BULK_REQUESTS);
    }
}
