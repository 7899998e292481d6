package dev.tributary.strategy.preset;

import dev.tributary.data.Options;
import dev.tributary.strategy.Staleness;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options that say what staleness costs. */
final class StalenessOptions {
    private static final String STALENESS = "staleness";
    private static final String EXPONENT = "exponent";
    private static final String SLOPE = "hinge-slope";
    private static final String START = "hinge-start";

    private StalenessOptions() {}

    static Map<String, String> described() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(
                STALENESS,
                "polynomial: (1+s)^-exponent, hinge, or constant; polynomial by default");
        options.put(EXPONENT, "of the polynomial, at least 0; 0.5 by default");
        options.put(SLOPE, "of the hinge: 1/(slope (s-start) + 1) beyond start; 10 by default");
        options.put(START, "of the hinge: staleness up to which nothing is lost; 4 by default");
        return options;
    }

    static Staleness read(Options options) {
        double exponent = options.number(EXPONENT, 0.5, 0, 100);
        double slope = options.number(SLOPE, 10, 0, 1e6);
        int start = options.wholeNumber(START, 4, 0, Integer.MAX_VALUE);
        List<String> kinds = List.of("polynomial", "hinge", "constant");
        return switch (options.choice(STALENESS, "polynomial", kinds)) {
            case "hinge" -> Staleness.hinge(slope, start);
            case "constant" -> Staleness.constant();
            default -> Staleness.polynomial(exponent);
        };
    }
}
