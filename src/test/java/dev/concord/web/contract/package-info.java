/// Holds what the server does against the documents that describe it: each answer and each frame that any test of the
/// edge sees is checked. A document that promises something else turns those tests red.
@NullMarked
package dev.concord.web.contract;

import org.jspecify.annotations.NullMarked;
