/// The door of the HTTP port: who is let in, from which pages, and how often.
///
/// It decides what a request needs and whether its caller has it; everything behind it may rely on that. It never looks
/// into a message, and never keeps a token longer than a request, but for its hash.
///
/// Invariant: what is not named as open needs a token, where the node asks for tokens. Unknown addresses and strange
/// spellings of known ones need more, never less.
///
/// Start with [AccessFilter], then [AccessRules].
@NullMarked
package dev.concord.web.security;

import org.jspecify.annotations.NullMarked;
