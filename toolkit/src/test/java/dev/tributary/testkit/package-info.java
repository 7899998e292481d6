/** What tests of all modules share: contracts, seeded generators, leak checks. */
@NullMarked
package dev.tributary.testkit;

import org.jspecify.annotations.NullMarked;
