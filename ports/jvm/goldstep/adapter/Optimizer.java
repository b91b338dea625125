package goldstep.adapter;

import java.util.Map;

/**
 * One optimizer of a port; maps go from a parameter's name to its array.
 *
 * @param <A> the port's array of numbers
 */
public interface Optimizer<A> {
    /** Applies one update and returns what the caller holds as weights after it. */
    Map<String, A> update(Map<String, A> gradients, Map<String, A> weights);

    /** The moving averages of the squared gradients after the last update. */
    Map<String, A> movingAverage();
}
