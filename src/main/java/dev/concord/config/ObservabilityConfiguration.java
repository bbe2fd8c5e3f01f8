package dev.concord.config;

import dev.concord.chat.Cluster;
import dev.concord.chat.Subscriptions;
import dev.concord.observability.ClusterEndpoint;
import dev.concord.observability.ClusterMeters;
import dev.concord.observability.LeadershipHealthIndicator;
import dev.concord.observability.RecoveryHealthIndicator;
import dev.concord.observability.RequestMeters;
import dev.concord.observability.RuntimeMeters;
import dev.concord.observability.WritesHealthIndicator;
import dev.concord.runtime.RuntimeObserver;
import dev.concord.web.PlainPostFilter;
import dev.concord.web.ProblemCode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.DispatcherType;
import java.util.Arrays;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.ServerHttpObservationFilter;

/// Health, meters and the cluster page of the management address.
@Configuration(proxyBeanMethods = false)
public class ObservabilityConfiguration {
    @Bean
    RuntimeMeters runtimeMeters(MeterRegistry registry) {
        return new RuntimeMeters(
                registry,
                Arrays.stream(ProblemCode.values()).map(ProblemCode::code).toList());
    }

    /// What the runtime calls; it may not know of meters itself.
    @Bean
    RuntimeObserver runtimeObserver(RuntimeMeters meters) {
        return new RuntimeObserver() {
            @Override
            public void synced(long nanos, int entries, long bytes) {
                meters.synced(nanos, entries, bytes);
            }

            @Override
            public void stepped(int events, long nanos) {
                meters.stepped(nanos);
            }

            @Override
            public void committed(long nanos) {
                meters.committed(nanos);
            }

            @Override
            public void replicated(long nanos) {
                meters.replicated(nanos);
            }
        };
    }

    /// In the place of Spring's own, which is left out where there is another.
    @Bean
    FilterRegistrationBean<ServerHttpObservationFilter> requestMeters(
            ObservationRegistry observations, MeterRegistry meters) {
        FilterRegistrationBean<ServerHttpObservationFilter> registration = new FilterRegistrationBean<>(
                new RequestMeters(observations, meters, PlainPostFilter::takes, PlainPostFilter.PATH));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        registration.setAsyncSupported(true);
        return registration;
    }

    @Bean
    ClusterMeters clusterMeters(Cluster cluster, Subscriptions subscriptions) {
        return new ClusterMeters(cluster, subscriptions);
    }

    @Bean
    RecoveryHealthIndicator recoveryHealthIndicator(Cluster cluster) {
        return new RecoveryHealthIndicator(cluster);
    }

    @Bean
    WritesHealthIndicator writesHealthIndicator(Cluster cluster) {
        return new WritesHealthIndicator(cluster);
    }

    @Bean
    LeadershipHealthIndicator leadershipHealthIndicator(Cluster cluster) {
        return new LeadershipHealthIndicator(cluster);
    }

    @Bean
    ClusterEndpoint clusterEndpoint(Cluster cluster) {
        return new ClusterEndpoint(cluster);
    }
}
