/// Tests of the screen: widths, wrapping, editing, scrolling, and what must never reach a terminal. Start with
/// [ViewportTests].
@NullMarked
package dev.concord.cli.chat;

import org.jspecify.annotations.NullMarked;
