package dev.tributary.server.command;

import dev.tributary.cli.CommandException;
import dev.tributary.cli.CommandProvider;
import dev.tributary.parameters.TensorMap;
import dev.tributary.protocol.ModelSpec;
import dev.tributary.server.ModelImport;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * {@code tributary import weights.safetensors}: weights from elsewhere, for a run to start from.
 */
@Command(
        name = "import",
        description = {
            "Turn weights from elsewhere into the file of a model of the catalog.",
            "From, say, a PyTorch state dict in safetensors; for 'server --init' and the model"
                    + " option base."
        })
public final class ImportCommand implements CommandProvider, Callable<Integer> {
    private static final int ORDER = 53;

    @Parameters(paramLabel = "<weights.safetensors>", description = "The weights.")
    private Path weights = Path.of("");

    @Option(
            names = "--model",
            required = true,
            paramLabel = "<name>",
            description = "The model's name in the catalog.")
    private String model = "";

    @Option(
            names = "--model-option",
            paramLabel = "<key=value>",
            description = "A setting of the model, input and classes among them; repeated.")
    private Map<String, String> options = new TreeMap<>();

    @Option(
            names = "--names",
            paramLabel = "<file>",
            description =
                    "A line for each tensor: the model's name, the file's name, and"
                            + " \"transposed\" where a matrix lies the other way round;"
                            + " \"- pattern\" for what is not wanted.")
    private @Nullable Path names;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "<model.safetensors>",
            description = "The file to write.")
    private Path out = Path.of("");

    /** For the service loader. */
    public ImportCommand() {}

    @Override
    public int order() {
        return ORDER;
    }

    @Override
    public Integer call() {
        try {
            TensorMap map = names == null ? TensorMap.SAME : TensorMap.read(names);
            System.out.println(
                    ModelImport.write(weights, map, new ModelSpec(model, options), out)
                            + ", written to "
                            + out);
            return 0;
        } catch (IOException e) {
            throw new CommandException("the weights cannot be imported", e);
        }
    }
}
