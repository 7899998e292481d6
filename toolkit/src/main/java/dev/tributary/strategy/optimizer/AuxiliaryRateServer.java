package dev.tributary.strategy.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tributary.aggregate.Aggregator;
import dev.tributary.device.GradientScope;
import dev.tributary.parameters.FlatParameters;
import dev.tributary.parameters.ParameterKind;
import dev.tributary.parameters.TensorSpec;

import java.util.function.DoubleUnaryOperator;

/**
 * {@code w += rate(mean a_k) * mean d_k}, where {@code a_k} is an element that clients send beside
 * their updates: the servers of FedNova and q-FedAvg.
 *
 * <p>The global vector's own element stays 0, since it is about one round's clients alone. What
 * else is exchanged follows the mean. A round whose rate is 0 or not finite leaves the trainables
 * where they are: its clients have said nothing of use.
 */
public final class AuxiliaryRateServer implements ServerOptimizer {
    private final NDManager manager;
    private final String element;
    private final DoubleUnaryOperator rate;
    private double current;
    private long position;

    /**
     * @param parent the device's manager
     * @param element the auxiliary element's name
     * @param rate of the mean of that element
     */
    public AuxiliaryRateServer(NDManager parent, String element, DoubleUnaryOperator rate) {
        this.manager = parent.newSubManager();
        this.element = element;
        this.rate = rate;
    }

    @Override
    public void begin(ServerRound round) {
        Aggregator aggregate = round.aggregate();
        TensorSpec tensor = aggregate.layout().tensor(element).orElseThrow();
        position = tensor.offset() - aggregate.layout().start(ParameterKind.AUXILIARY);
        try (GradientScope off = GradientScope.off();
                NDManager scope = manager.newSubManager()) {
            NDArray mean = scope.zeros(new Shape(1), DataType.FLOAT32);
            aggregate.finish(tensor.offset(), mean);
            current = rate.applyAsDouble(mean.toFloatArray()[0]);
        }
    }

    @Override
    public void step(long from, NDArray trainables, NDArray update) {
        if (current > 0 && Double.isFinite(current)) {
            new ServerSgd(current).step(from, trainables, update);
        }
    }

    @Override
    public void stepAuxiliary(long from, NDArray auxiliaries, NDArray update) {
        auxiliaries.addi(update);
        if (position >= from && position < from + auxiliaries.size()) {
            try (NDArray own =
                    FlatParameters.slice(auxiliaries, position - from, position - from + 1)) {
                own.subi(own);
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
