/** Modules that were saved by PyTorch as TorchScript, to be trained further. */
@NullMarked
package dev.tributary.models.torchscript;

import org.jspecify.annotations.NullMarked;
