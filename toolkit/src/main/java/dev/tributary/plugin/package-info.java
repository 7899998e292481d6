/**
 * Other people's jars beside ours. {@link dev.tributary.plugin.Plugins} holds the one class loader
 * from which everything that has a name in a run file is looked up.
 */
@NullMarked
package dev.tributary.plugin;

import org.jspecify.annotations.NullMarked;
