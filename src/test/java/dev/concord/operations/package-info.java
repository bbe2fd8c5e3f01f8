/// What an operator is promised: the tables of `docs/OPERATIONS.md`, the alert rules and the dashboard, each compared
/// with what a node really does. The tests with real nodes are in `dev.concord.system`.
@NullMarked
package dev.concord.operations;

import org.jspecify.annotations.NullMarked;
