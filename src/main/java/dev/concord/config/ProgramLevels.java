package dev.concord.config;

import dev.concord.protocol.Levels;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/// The levels that this program knows, as a resource of its jar says. No setting overrides it: what a program knows is
/// no matter of opinion.
public final class ProgramLevels {
    private static final String RESOURCE = "/dev/concord/levels.properties";

    private ProgramLevels() {}

    public static Levels read() {
        Properties properties = new Properties();
        try (InputStream in = ProgramLevels.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the program is not complete: " + RESOURCE + " is missing");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("the program cannot be read: " + RESOURCE, e);
        }
        return new Levels(
                Integer.parseInt(properties.getProperty("oldest")), Integer.parseInt(properties.getProperty("newest")));
    }
}
