package dev.concord.config;

import dev.concord.chat.LabBench;
import dev.concord.node.EventAction;
import dev.concord.runtime.ElectionTrace;
import dev.concord.runtime.SyncDelay;
import dev.concord.web.Answers;
import dev.concord.web.LabController;
import dev.concord.web.LabFilter;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/// A node in a lab. Without the setting `lab_url` all that exists is an address that is not found.
@Configuration(proxyBeanMethods = false)
public class LabConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(LabConfiguration.class);

    @Bean
    @Conditional(InLab.class)
    LabBench labBench(NodeSettings settings) {
        String url = settings.labUrl().orElseThrow();
        LOGGER.atWarn()
                .addKeyValue(EventAction.FIELD, EventAction.SETTINGS_NOTICED)
                .log("This node is in a lab: whoever uses {} may slow its disk and break its links", url);
        return new LabBench(url, new ElectionTrace(), new SyncDelay());
    }

    @Bean
    LabController labController(ObjectProvider<LabBench> bench, Answers answers) {
        return new LabController(Optional.ofNullable(bench.getIfAvailable()), answers);
    }

    @Bean
    @Conditional(InLab.class)
    FilterRegistrationBean<LabFilter> labFilter(NodeSettings settings) {
        FilterRegistrationBean<LabFilter> registration =
                new FilterRegistrationBean<>(new LabFilter(settings.labUrl().orElseThrow()));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        registration.setAsyncSupported(true);
        return registration;
    }

    private static final class InLab implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return context.getEnvironment() instanceof ConfigurableEnvironment environment
                    && SettingsEnvironment.settings(environment).labUrl().isPresent();
        }
    }
}
