package dev.concord.config;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/// The parts of a node as beans.
@Configuration(proxyBeanMethods = false)
public class NodeConfiguration {
    @Bean
    NodeSettings nodeSettings(ConfigurableEnvironment environment) {
        return SettingsEnvironment.settings(environment);
    }
}
