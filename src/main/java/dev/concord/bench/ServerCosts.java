package dev.concord.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Processor time of the servers, as their operating systems count it and their own meters tell it. Machines that are
/// noisy measure it well, unlike times.
public final class ServerCosts {
    private static final Pattern CPU =
            Pattern.compile("^process_cpu_time_ns_total(?:\\{[^}]*})? ([0-9.eE+]+)$", Pattern.MULTILINE);

    private final List<Target> nodes;

    public ServerCosts(List<Target> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    /// Nanoseconds that each node which answers has used so far.
    ///
    /// @throws IOException what the last one says, if none tells it
    public Map<Target, Long> cpuNanos() throws IOException {
        Map<Target, Long> nanos = new HashMap<>();
        IOException failure = null;
        for (Target node : nodes) {
            try {
                nanos.put(node, cpuNanos(node));
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null && nanos.isEmpty()) {
            throw failure;
        }
        return nanos;
    }

    /// What the nodes used between two readings; who is missing in one of them is not counted. A node that was started
    /// in between counts from zero.
    public static long between(Map<Target, Long> before, Map<Target, Long> after) {
        long sum = 0;
        for (Map.Entry<Target, Long> node : after.entrySet()) {
            Long then = before.get(node.getKey());
            sum += then == null ? 0 : node.getValue() < then ? node.getValue() : node.getValue() - then;
        }
        return sum;
    }

    private static long cpuNanos(Target node) throws IOException {
        byte[] request = ("GET /actuator/prometheus?includedNames=process_cpu_time_ns HTTP/1.1\r\nHost: "
                        + node.authority() + "\r\n" + node.authorization() + "Accept: text/plain\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        try (HttpConnection connection = new HttpConnection(node)) {
            connection.write(request, request.length);
            HttpConnection.Head head = connection.head();
            StringBuilder text = new StringBuilder();
            if (head.chunked()) {
                boolean more = true;
                while (more) {
                    more = connection.chunk((bytes, from, to) ->
                            text.append(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
                }
            } else {
                text.append(connection.body(head));
            }
            Matcher matcher = CPU.matcher(text);
            if (head.status() != 200 || !matcher.find()) {
                throw new IOException(node.authority() + " does not tell its processor time (" + head.status()
                        + "): the benchmark needs a token of a reader, where tokens are used");
            }
            return (long) Double.parseDouble(matcher.group(1));
        }
    }
}
