package dev.concord.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// What `-o` may ask for; each command offers some of it.
enum OutputFormat {
    TEXT,
    TABLE,
    JSON;

    /// @throws ParameterException if the command does not offer this format
    OutputFormat only(CommandLine command, OutputFormat... offered) {
        if (!List.of(offered).contains(this)) {
            String names = List.of(offered).stream().map(OutputFormat::toString).collect(Collectors.joining(" or "));
            throw new ParameterException(command, "-o takes " + names + ", not " + this);
        }
        return this;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
