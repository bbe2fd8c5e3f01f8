/// Tests of the generator of load: what it counts has to be so.
@NullMarked
package dev.concord.bench;

import org.jspecify.annotations.NullMarked;
