/// Hostile bytes for everything that reads what others wrote: peers, clients, people and disks. [Fuzzer] makes them
/// from good ones;
/// the tests that use it stand beside the parser that they attack.
@NullMarked
package dev.concord.fuzz;

import org.jspecify.annotations.NullMarked;
