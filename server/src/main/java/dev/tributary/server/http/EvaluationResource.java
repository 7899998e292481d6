package dev.tributary.server.http;

import dev.tributary.protocol.ClientRegistration;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.EvaluationReport;
import dev.tributary.server.round.RefusedException;

import java.util.Set;

/** {@link dev.tributary.protocol.Paths#EVALUATION}: a client says how the model does. */
record EvaluationResource(Services services) implements Resource {
    static final Set<String> METHODS = Set.of("PUT");

    @Override
    public Set<String> methods() {
        return METHODS;
    }

    @Override
    public void handle(Exchange exchange) {
        int round = exchange.number("round");
        String client = exchange.client();
        exchange.read(
                EvaluationReport.class,
                report -> {
                    check(report);
                    exchange.when(
                            services.rounds().report(round, client, report),
                            receipt -> UpdateResource.answer(exchange, receipt));
                });
    }

    private static void check(EvaluationReport report) {
        if (report.exampleCount() < 1 || report.exampleCount() > ClientRegistration.MAX_EXAMPLES) {
            throw new RefusedException(
                    ErrorCode.BAD_WEIGHT,
                    "exampleCount: expected 1 to %d, found %d"
                            .formatted(ClientRegistration.MAX_EXAMPLES, report.exampleCount()));
        }
        if (!Double.isFinite(report.lossSum())) {
            throw new RefusedException(
                    ErrorCode.NOT_FINITE,
                    "lossSum: expected a finite number, found " + report.lossSum());
        }
        if (report.correctCount() < 0 || report.correctCount() > report.exampleCount()) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "correctCount: expected 0 to %d, found %d"
                            .formatted(report.exampleCount(), report.correctCount()));
        }
        EvaluationReport before = report.before();
        if (before != null) {
            checkBefore(report, before);
        }
    }

    private static void checkBefore(EvaluationReport report, EvaluationReport before) {
        if (before.exampleCount() != report.exampleCount() || before.before() != null) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    "before: expected one report on the same %d examples, found %s"
                            .formatted(report.exampleCount(), before));
        }
        check(before);
    }
}
