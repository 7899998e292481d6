/**
 * What all sides keep on disk, and for whose eyes.
 *
 * <p>{@link dev.tributary.files.PrivateFiles} makes the files and directories that hold keys,
 * models, updates and state: the runs directory of a server, a relay's work directory, the state of
 * an agent. What a user asks for by name, such as an exported model, has the permissions that the
 * user's other files have.
 */
@NullMarked
package dev.tributary.files;

import org.jspecify.annotations.NullMarked;
