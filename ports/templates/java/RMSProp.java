import java.util.HashMap;
import java.util.Map;

public final class RMSProp {
    private final float learningRate;
    private final float decayRate;
    private final float epsilon;
    private final Map<String, float[]> movingAverage = new HashMap<>();

    public RMSProp(float learningRate, float decayRate, float epsilon) {
        this.learningRate = learningRate;
        this.decayRate = decayRate;
        this.epsilon = epsilon;
    }

    public void updateWeights(Map<String, float[]> gradients, Map<String, float[]> weights) {
        gradients.forEach(
                (name, gradient) -> {
                    float[] weight = weights.get(name);
                    float[] average =
                            movingAverage.computeIfAbsent(name, n -> new float[gradient.length]);
                    for (int i = 0; i < gradient.length; i++) {
                        float g = gradient[i];
                        average[i] = decayRate * average[i] + (1 - decayRate) * g * g;
                        weight[i] -= learningRate * g / (float) Math.sqrt(average[i] + epsilon);
                    }
                });
    }

    public Map<String, float[]> movingAverage() {
        return movingAverage;
    }
}
