@NullMarked
package dev.concord.sequencing;

import org.jspecify.annotations.NullMarked;
