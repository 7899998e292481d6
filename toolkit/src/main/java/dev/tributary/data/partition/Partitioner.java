package dev.tributary.data.partition;

import dev.tributary.data.DataException;
import dev.tributary.random.RandomStreams;

/**
 * Deals the training examples out to clients: how federated experiments say who holds what.
 *
 * <p>Laws: every example goes to exactly one client, every client gets at least one, each client's
 * indices ascend, and the same arguments give the same partition in every process, so that an agent
 * finds its own share without asking. Thread-safe.
 */
@FunctionalInterface
public interface Partitioner {

    /**
     * Deals the examples out.
     *
     * @param labels one label for each example
     * @param clients the number of clients, from 1
     * @param streams the run's random streams, of which {@code PARTITION} is used
     * @return for each client the indices of its examples, ascending
     * @throws DataException if there are too few examples for that many clients
     */
    int[][] partition(float[] labels, int clients, RandomStreams streams);

    /** Equal shares of the shuffled examples; sizes differ by at most one. */
    static Partitioner iid() {
        return new IidPartitioner();
    }

    /**
     * Equal shares with few labels each: McMahan et al., "Communication-Efficient Learning of Deep
     * Networks from Decentralized Data" (2017).
     *
     * <p>The examples, sorted by label, are cut into {@code clients * shardsPerClient} shards whose
     * sizes differ by at most one; each client gets shards at random. Where every label has as many
     * examples and labels and shards divide evenly, a client sees at most {@code shardsPerClient}
     * labels; a shard across a border adds one.
     *
     * @param shardsPerClient at least 1; the paper has 2
     */
    static Partitioner shards(int shardsPerClient) {
        return new ShardPartitioner(shardsPerClient);
    }

    /**
     * Each client holds just so many classes: the pathological split of Zhao et al., "Federated
     * Learning with Non-IID Data" (2018).
     *
     * <p>Classes are dealt in random order until every client has its number of different ones; the
     * examples of a class are divided equally among those that hold it.
     *
     * @param classesPerClient from 1 to the number of classes, and so many that all are held
     */
    static Partitioner classes(int classesPerClient) {
        return new ClassPartitioner(classesPerClient);
    }

    /**
     * Labels in different proportions at each client: Hsu, Qi and Brown, "Measuring the Effects of
     * Non-Identical Data Distribution" (2019), in the form by label of Yurochkin et al. (2019),
     * which deals out every example.
     *
     * <p>For each label, the clients' shares are drawn from a symmetric Dirichlet distribution.
     * Clients that end up below the minimum then take random examples of the largest.
     *
     * @param alpha the concentration, positive and finite: 0.1 is harsh, 100 nearly IID
     * @param minExamples what every client has at least, from 1
     */
    static Partitioner dirichlet(double alpha, int minExamples) {
        return new DirichletPartitioner(alpha, minExamples);
    }

    /**
     * IID labels, but unequal sizes: after the minimum, what is left of the shuffled examples is
     * divided by shares from a symmetric Dirichlet distribution.
     *
     * @param alpha the concentration, positive and finite: 0.5 is harsh, 100 nearly equal
     * @param minExamples what every client has at least, from 1
     */
    static Partitioner quantity(double alpha, int minExamples) {
        return new QuantityPartitioner(alpha, minExamples);
    }

    /**
     * Examples that belong together stay together: all with the same label go to one client, the
     * label being what {@link PartitionPlan} found in a column, or the class.
     *
     * <p>With as many groups as clients, each client is one of them, the largest being client 0;
     * where there are more, the largest come first and each goes to the client that has least.
     * Nothing is drawn.
     */
    static Partitioner natural() {
        return new NaturalPartitioner();
    }
}
