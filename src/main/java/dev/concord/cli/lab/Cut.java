package dev.concord.cli.lab;

/// What a link does with what is sent over it.
enum Cut {
    /// It arrives.
    NONE,
    /// Nothing arrives, and nobody is told: what a broken network does.
    SILENCE,
    /// Connections break at once, and new ones are refused: what a broken program or a firewall does.
    RESET
}
