/// The model of the protocol's safety in `model/`, searched by TLC: what it says must hold in every state that it can
/// reach, and must fail as soon as one of its rules is left out.
@NullMarked
package dev.concord.model;

import org.jspecify.annotations.NullMarked;
