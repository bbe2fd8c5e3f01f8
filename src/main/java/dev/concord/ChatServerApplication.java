package dev.concord;

import dev.concord.cli.ConcordCommand;
import dev.concord.cli.HealthProbe;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// The one program: `node` runs a chat server, every other command is a client of one and starts no Spring.
@SpringBootApplication
public class ChatServerApplication {
    public static void main(String[] args) {
        System.exit(
                HealthProbe.isAsked(args)
                        ? HealthProbe.run(args)
                        : ConcordCommand.run(ChatServerApplication.class, args));
    }
}
