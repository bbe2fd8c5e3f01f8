package dev.concord.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.List;

/// The types of the API, read as an API server with strict validation reads them: a field that a type does not have is
/// refused, and so is a value of another type. The library itself would put what it does not know aside.
public final class StrictTypes {
    /// A resource of the API that these manifests use.
    public record Kind(Class<? extends HasMetadata> type, String apiVersion, String kind, String plural) {
        /// Whether a cluster knows it only after somebody has installed its definition.
        boolean isCustom() {
            return apiVersion.startsWith("monitoring.");
        }
    }

    public static final List<Kind> KINDS = List.of(
            new Kind(ConfigMap.class, "v1", "ConfigMap", "configmaps"),
            new Kind(Pod.class, "v1", "Pod", "pods"),
            new Kind(PersistentVolumeClaim.class, "v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
            new Kind(Secret.class, "v1", "Secret", "secrets"),
            new Kind(Service.class, "v1", "Service", "services"),
            new Kind(StatefulSet.class, "apps/v1", "StatefulSet", "statefulsets"),
            new Kind(PodDisruptionBudget.class, "policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
            new Kind(NetworkPolicy.class, "networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
            new Kind(ServiceMonitor.class, "monitoring.coreos.com/v1", "ServiceMonitor", "servicemonitors"),
            new Kind(PrometheusRule.class, "monitoring.coreos.com/v1", "PrometheusRule", "prometheusrules"));

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    texts -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .annotationIntrospector(new WithoutAdditionalProperties())
            .build();

    private StrictTypes() {}

    /// Reads one resource.
    ///
    /// @throws IllegalArgumentException naming what is refused, and where
    public static HasMetadata read(String json) {
        try {
            var tree = JSON.readTree(json);
            String apiVersion = tree.path("apiVersion").asText();
            String kind = tree.path("kind").asText();
            Kind known = KINDS.stream()
                    .filter(k -> k.apiVersion().equals(apiVersion) && k.kind().equals(kind))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no such kind: " + apiVersion + " " + kind));
            return JSON.readValue(json, known.type());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// Hides the place where the types of the library keep what they do not know.
    private static final class WithoutAdditionalProperties extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated member) {
            return false;
        }
    }
}
