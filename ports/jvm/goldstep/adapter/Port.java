package goldstep.adapter;

/**
 * One port: what it is called, which numbers it computes in, and how to get an optimizer from it.
 *
 * @param <A> the port's array of numbers
 */
public interface Port<A> {
    /** Who is speaking, as the answer to {@code start} tells it. */
    record Implementation(String name, String version, String language, String languageVersion) {}

    Implementation implementation();

    NumberFormat<A> numberFormat();

    /** Whether {@link Optimizer#movingAverage} can be asked. */
    boolean reportsMovingAverage();

    /**
     * A fresh optimizer, which knows nothing of the ones before.
     *
     * @throws MissingHyperparameter if one is left out for which the port has no default
     */
    Optimizer<A> open(Hyperparameters hyperparameters);
}
