/// The lab of `concord up --lab`: a person breaks a cluster on the own machine and watches what it does. It kills,
/// pauses and starts the processes of the nodes, cuts and slows the links between them, slows their disks, and shows
/// who said what to whom in their elections.
///
/// This package decides which orders there are, who may give them, and how the traces of the nodes become one picture.
///
/// It never touches a process that `concord up` did not start, never listens anywhere but on this machine, and changes
/// nothing inside of a node: links are cut by a proxy before the node's port, and a node slows its disk only because
/// its own settings name this lab.
///
/// Invariant: a web page of a stranger can neither give an order nor read anything here ([LabDoor]).
///
/// Start with [Lab], then [Network].
@NullMarked
package dev.concord.cli.lab;

import org.jspecify.annotations.NullMarked;
