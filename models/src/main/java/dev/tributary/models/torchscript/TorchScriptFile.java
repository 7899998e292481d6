package dev.tributary.models.torchscript;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelException;
import dev.tributary.models.catalog.OutputCheck;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A module's file: an archive of tensors and of the module's source.
 *
 * @param context what the module is for
 * @param path where the file is
 */
record TorchScriptFile(ModelContext context, Path path) {
    /** More source than any module has; the rest is not looked at. */
    private static final int MAX_SOURCE_BYTES = 16 << 20;

    private static final Pattern BUFFERS = Pattern.compile("__buffers__ = \\[([^\\]]+)\\]");

    /**
     * Refuses what cannot be trained federatedly.
     *
     * @throws ModelException telling what was expected and found
     */
    void check() {
        List<String> buffers = buffers();
        if (!buffers.isEmpty()) {
            throw refused(
                    "a module without buffers, for they cannot be exchanged (GroupNorm or LayerNorm"
                            + " in place of BatchNorm has none)",
                    "buffers " + String.join(", ", buffers));
        }
        OutputCheck.check(context, this::load, path);
    }

    /** A new module, in evaluation mode, with the values in the file. */
    PtSymbolBlock load(NDManager manager) {
        PtSymbolBlock module;
        try {
            String[] none = {};
            module =
                    JniUtils.loadModule(
                            (PtNDManager) manager, path, true, none, none.clone(), true);
        } catch (EngineException e) {
            throw refused("a TorchScript module", OutputCheck.firstLine(e));
        }
        for (Parameter parameter : module.getParameters().values()) {
            // What was saved as fixed is not to be trained, which DJL does not see.
            parameter.freeze(!parameter.getArray().hasGradient());
        }
        return module;
    }

    /** The names of the buffers in the module's source, layer by layer. */
    private List<String> buffers() {
        List<String> names = new ArrayList<>();
        try (ZipFile archive = new ZipFile(path.toFile())) {
            Enumeration<? extends ZipEntry> entries = archive.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().endsWith(".py")) {
                    Matcher matcher = BUFFERS.matcher(source(archive, entry));
                    while (matcher.find()) {
                        names.add(matcher.group(1).replace("\"", "").replaceAll(",? *$", ""));
                    }
                }
            }
        } catch (IOException e) {
            throw refused("a TorchScript file, which is a zip archive", e.toString());
        }
        return names;
    }

    private static String source(ZipFile archive, ZipEntry entry) throws IOException {
        try (InputStream in = archive.getInputStream(entry)) {
            return new String(in.readNBytes(MAX_SOURCE_BYTES), UTF_8);
        }
    }

    private ModelException refused(String expected, String found) {
        return new ModelException(
                "model %s, %s: expected %s, found %s"
                        .formatted(context.model(), path, expected, found));
    }
}
