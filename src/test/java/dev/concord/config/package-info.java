/// What configurations are accepted, which source wins, and the exact words that refuse the others. Start with
/// [SettingsErrorsTests].
@NullMarked
package dev.concord.config;

import org.jspecify.annotations.NullMarked;
