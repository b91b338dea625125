import java.util.HashMap;
import java.util.Map;

public class RMSProp {
    private float learningRate;
    private float decayRate;
    private float epsilon;
    private Map<String, float[]> movingAverage;

    public RMSProp(float learningRate, float decayRate, float epsilon) {
        this.learningRate = learningRate;
        this.decayRate = decayRate;
        this.epsilon = epsilon;
        this.movingAverage = new HashMap<>();
    }

    public void updateWeights(Map<String, float[]> gradients, Map<String, float[]> weights) {
        for (String name : weights.keySet()) {
            float[] gradient = gradients.get(name);
            float[] weight = weights.get(name);
            if (!movingAverage.containsKey(name)) {
                movingAverage.put(name, new float[gradient.length]);
            }
            float[] average = movingAverage.get(name);
            for (int i = 0; i < weight.length; i++) {
                average[i] = decayRate * average[i]
                        + (1 - decayRate) * gradient[i] * gradient[i];
                weight[i] -= learningRate * gradient[i]
                        / (Math.sqrt(average[i]) + epsilon);
            }
        }
    }

    public static void main(String[] args) {
        RMSProp optimizer = new RMSProp(0.001f, 0.9f, 1e-8f);

        Map<String, float[]> gradients = new HashMap<>();
        gradients.put("w1", new float[] {0.1f, -0.2f});
        gradients.put("w2", new float[] {0.4f, -0.5f});

        Map<String, float[]> weights = new HashMap<>();
        weights.put("w1", new float[] {0.5f, 0.5f});
        weights.put("w2", new float[] {0.6f, 0.6f});

        optimizer.updateWeights(gradients, weights);

        for (Map.Entry<String, float[]> entry : weights.entrySet()) {
            System.out.println(entry.getKey() + ": " + Arrays.toString(entry.getValue()));
        }
    }
}
