@NullMarked
package dev.concord.detection;

import org.jspecify.annotations.NullMarked;
