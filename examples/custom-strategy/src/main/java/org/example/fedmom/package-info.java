/** An algorithm of one's own: {@link org.example.fedmom.FedMom}. */
@NullMarked
package org.example.fedmom;

import org.jspecify.annotations.NullMarked;
