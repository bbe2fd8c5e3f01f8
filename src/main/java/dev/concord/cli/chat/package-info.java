/// The screen of `concord chat`: what a person sees and types, in a terminal of any size.
///
/// This package decides where each character stands, what a key does, and what becomes of a line that was typed. The
/// conversation itself, with every retry and every move to another node, is the business of `client`.
///
/// It never writes text of others to the terminal as it came: all of it goes through [HarmlessText] first. It knows no
/// server, and no other command.
///
/// Invariant: whatever happens, the terminal is left as it was found; and what is drawn is always the whole truth of
/// the state, so that a missed event can only delay a picture, never spoil it.
///
/// Start with [ChatScreen].
@NullMarked
package dev.concord.cli.chat;

import org.jspecify.annotations.NullMarked;
