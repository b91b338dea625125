package goldstep.adapter;

import java.util.Map;
import java.util.Optional;

/** The hyper-parameters that a request gives, in the port's number format, by their wire names. */
public record Hyperparameters(Map<String, Number> given) {
    public static final String LEARNING_RATE = "learning_rate";
    public static final String DECAY_RATE = "decay_rate";
    public static final String EPSILON = "epsilon";

    /** The value, or nothing where the port's own default is asked for. */
    public Optional<Number> optional(String name) {
        return Optional.ofNullable(given.get(name));
    }

    /** The value, for a port that has no default for it. */
    public Number required(String name) {
        return optional(name).orElseThrow(() -> new MissingHyperparameter(name));
    }
}
