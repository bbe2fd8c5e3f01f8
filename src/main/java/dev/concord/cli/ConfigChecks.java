package dev.concord.cli;

import dev.concord.config.NodeSettings;
import dev.concord.config.SettingsEnvironment;
import dev.concord.config.SettingsException;
import dev.concord.protocol.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What `concord doctor` looks at in the configuration of nodes, each for itself and all together.
final class ConfigChecks {
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, String> takenBy = new HashMap<>();

    /// @param files of several nodes; none for the settings of the environment
    static List<Finding> of(List<String> files) {
        ConfigChecks checks = new ConfigChecks();
        if (files.isEmpty()) {
            checks.check(null);
        }
        files.forEach(checks::check);
        return checks.findings;
    }

    private void check(@Nullable String file) {
        NodeSettings settings;
        try {
            settings = SettingsEnvironment.ofCommand(file);
        } catch (SettingsException e) {
            findings.add(Finding.fail(
                    "config", String.valueOf(e.getMessage()), "correct it; config/node1.yml is an example"));
            return;
        }
        String name = file == null ? "the environment" : file;
        findings.add(Finding.ok("config", name + " is the configuration of node " + settings.nodeId()));
        once("node_id " + settings.nodeId(), name, "give each node an id of its own");
        once("log_dir " + settings.logDir().toAbsolutePath().normalize(), name, "give each node a folder of its own");
        once("port " + settings.address(), name, "give each node a port of its own");
        once("http_port " + settings.http(), name, "give each node a port of its own");
        Optional<Long> running = running(settings.logDir());
        if (running.isPresent()) {
            findings.add(Finding.ok("ports", "node " + settings.nodeId() + " runs (process " + running.get() + ")"));
        } else {
            findings.add(free("port", settings.bind()));
            findings.add(free("http_port", settings.http()));
        }
        findings.add(MachineChecks.folder(settings.logDir()));
        findings.add(MachineChecks.space(settings.logDir()));
        findings.add(MachineChecks.sync(settings.logDir()));
    }

    private void once(String what, String name, String remedy) {
        String other = takenBy.putIfAbsent(what, name);
        if (other != null) {
            findings.add(Finding.fail("config", other + " and " + name + " both have " + what, remedy));
        }
    }

    private static Finding free(String key, Address address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address.host(), address.port()));
            return Finding.ok("ports", key + " " + address + " is free");
        } catch (IOException | IllegalArgumentException e) {
            return Finding.fail(
                    "ports",
                    key + " " + address + " cannot be had: " + e.getMessage(),
                    "end the program that has it, or set " + key + " to another");
        }
    }

    /// The process that has locked the data folder, if it lives.
    private static Optional<Long> running(Path folder) {
        try {
            String owner = Files.readString(folder.resolve("lock"), StandardCharsets.UTF_8)
                    .strip();
            return owner.matches("\\d{1,18}")
                    ? ProcessHandle.of(Long.parseLong(owner))
                            .filter(ProcessHandle::isAlive)
                            .map(ProcessHandle::pid)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
