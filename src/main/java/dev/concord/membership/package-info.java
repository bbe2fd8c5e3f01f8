@NullMarked
package dev.concord.membership;

import org.jspecify.annotations.NullMarked;
