package dev.tributary.models.torchscript;

import dev.tributary.models.catalog.ModelContext;
import dev.tributary.models.catalog.ModelDefinition;
import dev.tributary.models.catalog.ModelFactory;
import dev.tributary.models.catalog.ModelFile;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A module that {@code torch.jit.save} wrote, trained further from the weights in its file.
 *
 * <p>Server and agents each have the file. Only parameters are trained, exchanged and averaged;
 * those that were saved with {@code requires_grad=False} stay as they are. A module with buffers,
 * such as BatchNorm's running statistics, is refused: the engine gives no access to them, so each
 * client would keep its own and nobody the average. A traced module is in training as it was when
 * it was traced; a scripted one drops out as it should.
 */
public final class TorchScriptFactory implements ModelFactory {
    private static final String FILE = "file";

    /** For the service loader. */
    public TorchScriptFactory() {}

    @Override
    public String name() {
        return "torchscript";
    }

    @Override
    public String description() {
        return "a TorchScript file made by PyTorch, fine-tuned from the weights in it; no buffers";
    }

    @Override
    public Map<String, String> options() {
        return Map.of(FILE, "path of the file, which server and agents each have");
    }

    @Override
    public Set<String> requiredOptions() {
        return Set.of(FILE);
    }

    @Override
    public Set<String> fileOptions() {
        return Set.of(FILE);
    }

    @Override
    public ModelDefinition create(ModelContext context) {
        Path file = ModelFile.of(context, FILE);
        TorchScriptFile module = new TorchScriptFile(context, file);
        module.check();
        return ModelDefinition.loaded(context, module::load);
    }
}
