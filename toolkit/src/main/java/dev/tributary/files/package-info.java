/**
 * What all sides keep on disk, for how long, and for whose eyes.
 *
 * <p>{@link dev.tributary.files.PrivateFiles} makes the files and directories that hold keys,
 * models, updates and state: the runs directory of a server, a relay's work directory, the state of
 * an agent. What a user asks for by name, such as an exported model, has the permissions that the
 * user's other files have.
 *
 * <p>{@link dev.tributary.files.DurableFiles} forces to disk what must outlive a power failure.
 */
@NullMarked
package dev.tributary.files;

import org.jspecify.annotations.NullMarked;
