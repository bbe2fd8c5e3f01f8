/// What the client does when single nodes fail, against nodes that fail on request. Start with [FakeNode].
@NullMarked
package dev.concord.client;

import org.jspecify.annotations.NullMarked;
