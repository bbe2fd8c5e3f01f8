@NullMarked
package dev.concord.election;

import org.jspecify.annotations.NullMarked;
