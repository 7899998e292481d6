/**
 * The command {@code tributary doctor}: what this machine offers, what was chosen, and what to do
 * where that is not what was wanted.
 *
 * <p>{@link dev.tributary.agent.doctor.DoctorCommand} prints {@link
 * dev.tributary.agent.doctor.Finding}s; each probe makes some.
 */
@NullMarked
package dev.tributary.agent.doctor;

import org.jspecify.annotations.NullMarked;
