package dev.tributary.server;

import dev.tributary.config.Problem;
import dev.tributary.config.RunConfig;
import dev.tributary.data.TableStatistics;
import dev.tributary.models.catalog.RunNames;

import java.util.ArrayList;
import java.util.List;

/** The catalogs' models, for a server that waits for runs. */
final class CatalogModels implements Models {

    @Override
    public ServedModel of(RunConfig config) {
        return CatalogModel.of(config);
    }

    @Override
    public List<Problem> problems(RunConfig config, boolean sound) {
        List<Problem> problems = new ArrayList<>(RunNames.problems(config, sound));
        if (TableStatistics.gathered(config.data().options())) {
            problems.add(
                    new Problem(
                            0,
                            "data.options." + TableStatistics.OPTION,
                            "a file with a server that waits for runs (\"tributary server"
                                    + " run.yaml\" gathers)",
                            '"' + TableStatistics.GATHERED + '"'));
        }
        return problems;
    }
}
