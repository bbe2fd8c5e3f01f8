package dev.concord.config;

import dev.concord.node.EventAction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/// The parts of a node as beans.
@Configuration(proxyBeanMethods = false)
public class NodeConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(NodeConfiguration.class);

    @Bean
    NodeSettings nodeSettings(ConfigurableEnvironment environment) {
        SettingsEnvironment.notices(environment)
                .forEach(notice -> LOGGER.atWarn()
                        .addKeyValue(EventAction.FIELD, EventAction.SETTINGS_NOTICED)
                        .log(notice));
        return SettingsEnvironment.settings(environment);
    }
}
