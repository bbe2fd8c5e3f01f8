/// The manifests below `k8s/`, checked without a cluster: read into the types of the Kubernetes API, compared with what
/// the application says of itself, applied with the real `kubectl` to a server that stores them. That pods made by them
/// work is shown in containers, by the `system` package.
@NullMarked
package dev.concord.kubernetes;

import org.jspecify.annotations.NullMarked;
