package dev.concord.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What all the nodes say of their cluster, asked at the same time. Each knows only its own view: one that is cut off
/// may still believe in a leader that the others have replaced.
public final class ClusterSurvey {
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Map<String, ClusterView> views;
    private final Map<String, String> failures;

    private ClusterSurvey(Map<String, ClusterView> views, Map<String, String> failures) {
        this.views = views;
        this.failures = failures;
    }

    /// Asks these nodes, and then the members they name that were not among them.
    public static ClusterSurvey of(List<NodeApi> nodes) {
        Map<String, ClusterView> views = new LinkedHashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        ask(nodes.getFirst(), nodes.stream().map(NodeApi::url).toList(), views, failures);
        List<String> others = views.values().stream()
                .flatMap(view -> view.members().stream())
                .map(ClusterView.MemberView::url)
                .filter(url -> !url.isEmpty() && !isKnown(url, views, failures))
                .distinct()
                .toList();
        ask(nodes.getFirst(), others, views, failures);
        return new ClusterSurvey(views, failures);
    }

    private static boolean isKnown(String url, Map<String, ClusterView> views, Map<String, String> failures) {
        return views.containsKey(url) || failures.containsKey(url);
    }

    private static void ask(
            NodeApi client, List<String> urls, Map<String, ClusterView> views, Map<String, String> failures) {
        Map<String, ClusterView> answers = new ConcurrentHashMap<>();
        Map<String, String> errors = new ConcurrentHashMap<>();
        List<Thread> threads = new ArrayList<>();
        for (String url : urls) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    answers.put(url, client.at(url).cluster(TIMEOUT));
                } catch (IOException e) {
                    errors.put(url, MessageSender.plain(e));
                }
            }));
        }
        for (Thread thread : threads) {
            join(thread);
        }
        for (String url : urls) { // in the order of the question
            ClusterView view = answers.get(url);
            if (view != null) {
                views.put(url, view);
            } else {
                failures.put(url, errors.getOrDefault(url, "no answer"));
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(TIMEOUT.multipliedBy(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Who answered what, by URL.
    public Map<String, ClusterView> views() {
        return views;
    }

    /// Who did not answer, and why.
    public Map<String, String> failures() {
        return failures;
    }

    /// The view that knows most: of the leader of the highest term itself, else of a node that follows one, else of
    /// any.
    public Optional<ClusterView> best() {
        return views.values().stream()
                .max(Comparator.<ClusterView>comparingInt(view -> view.isWritable() ? 1 : 0)
                        .thenComparingLong(ClusterView::term)
                        .thenComparingInt(view -> view.leader() == view.node() ? 1 : 0)
                        .thenComparingLong(ClusterView::commit));
    }
}
