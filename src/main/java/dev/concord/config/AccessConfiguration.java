package dev.concord.config;

import dev.concord.access.AccessMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What the node asks of its clients.
@Configuration(proxyBeanMethods = false)
public class AccessConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(AccessConfiguration.class);

    @Bean
    AccessMode accessMode(NodeSettings settings) {
        AccessMode mode = settings.access();
        if (mode == AccessMode.INSECURE) {
            LOGGER.warn(
                    "INSECURE: everybody who reaches {} may read, write and move leadership, because of insecure: true",
                    settings.http());
        }
        return mode;
    }
}
