/// What a well-formed message is, and that readers miss nothing and cost nothing, however they walk. Start with
/// [CursorTests].
@NullMarked
package dev.concord.chat;

import org.jspecify.annotations.NullMarked;
