/**
 * The server in a browser: {@link dev.tributary.server.console.StatusPage} makes a page of what the
 * runs say of themselves. It knows no requests and no runs, only their status.
 */
@NullMarked
package dev.tributary.server.console;

import org.jspecify.annotations.NullMarked;
