/**
 * Finds model families by name and builds models that everyone builds alike.
 *
 * <p>A {@link dev.tributary.models.catalog.ModelFactory}, found by the {@link
 * dev.tributary.models.catalog.ModelCatalog} through {@link java.util.ServiceLoader}, turns a
 * {@link dev.tributary.models.catalog.ModelContext} into a {@link
 * dev.tributary.models.catalog.ModelDefinition}. Server and agents build the same definition from
 * the same {@code ModelSpec}, and compare its layout's hash. Options that every family has say
 * which part of it is trained, and from which values ({@code FineTuning}): what is frozen is not in
 * the layout. {@link dev.tributary.models.catalog.RunNames} checks what a run file names, in this
 * catalog and the toolkit's, before anything is built.
 */
@NullMarked
package dev.tributary.models.catalog;

import org.jspecify.annotations.NullMarked;
