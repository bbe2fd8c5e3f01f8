package dev.concord.node;

/// The time of one step, given from outside. Only `nanos` decides anything (F1).
///
/// @param nanos monotonic time; comparable within one process life, its origin means nothing
/// @param wallMillis wall clock in milliseconds since 1970: for the `at` of entries alone
public record Now(long nanos, long wallMillis) {}
