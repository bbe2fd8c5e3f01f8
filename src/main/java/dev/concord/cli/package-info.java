/// The commands of `concord`: what a person types, turned into a running node, a call to one, or a comparison of
/// several.
///
/// This package decides how options are spelled, what is printed where, and with which exit code a command ends.
/// Results go to standard output and nothing else does; everything about the run goes to standard error.
///
/// It never speaks to the inside of a server: commands use the public API through `client`, `verify`,
/// `backup`, `restore` and `recover` work on folders through `storage`, and `node` hands over to `config`.
///
/// Invariant: an error is one line that names the next step, with an exit code that a script can act on; no stack
/// traces.
///
/// Start with [ConcordCommand], which lists the commands.
@NullMarked
package dev.concord.cli;

import org.jspecify.annotations.NullMarked;
