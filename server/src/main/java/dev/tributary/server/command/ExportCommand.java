package dev.tributary.server.command;

import ai.djl.Device;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.server.ModelExport;
import dev.tributary.server.ModelExport.Form;
import dev.tributary.server.SavedModel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code tributary export model.safetensors}: a saved model for other programs. */
@Command(
        name = "export",
        description = {
            "Write a saved model for other programs: all of its tensors, adapters merged.",
            "The form safetensors is a file, djl a directory that DJL loads, torchscript a file"
                    + " for models that came as one."
        })
public final class ExportCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 52;

    @Mixin private SavedModelOptions model = new SavedModelOptions();

    @Option(
            names = "--format",
            required = true,
            paramLabel = "<form>",
            description = "safetensors, djl or torchscript.")
    private Form form = Form.SAFETENSORS;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "<path>",
            description = "The file or directory to write; a file that is there is replaced.")
    private Path out = Path.of("");

    /** For the service loader. */
    public ExportCommand() {}

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Integer call() {
        try (SavedModel saved = SavedModel.open(model.source(), null, Device.cpu())) {
            ModelExport.write(saved, form, out);
            System.out.println(saved.definition().complete() + ", written to " + out);
            return 0;
        } catch (IOException e) {
            throw new CommandException("the model cannot be exported", e);
        }
    }
}
