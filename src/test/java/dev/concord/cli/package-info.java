/// How commands are spelled, what they print, and with which code they end; and the launcher script. Start with
/// [CommandLineTests].
@NullMarked
package dev.concord.cli;

import org.jspecify.annotations.NullMarked;
