import goldstep.adapter.Hyperparameters;
import goldstep.adapter.NumberFormat;
import goldstep.adapter.Optimizer;
import goldstep.adapter.Port;
import goldstep.adapter.Protocol;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Map;

/** RMSProp.java behind the port protocol; float from the wire to the program and back. */
final class Adapter implements Port<float[]> {
    public static void main(String[] args) throws IOException {
        Protocol.serve(new Adapter());
    }

    @Override
    public Implementation implementation() {
        return new Implementation(
                "RMSProp.java", "2024-09-06", "java", System.getProperty("java.version"));
    }

    @Override
    public NumberFormat<float[]> numberFormat() {
        return NumberFormat.FLOAT32;
    }

    @Override
    public boolean reportsMovingAverage() {
        return true;
    }

    @Override
    public Optimizer<float[]> open(Hyperparameters hyperparameters) {
        RMSProp optimizer =
                new RMSProp(
                        hyperparameters.required(Hyperparameters.LEARNING_RATE).floatValue(),
                        hyperparameters.required(Hyperparameters.DECAY_RATE).floatValue(),
                        hyperparameters.required(Hyperparameters.EPSILON).floatValue());
        return new Optimizer<>() {
            @Override
            public Map<String, float[]> update(
                    Map<String, float[]> gradients, Map<String, float[]> weights) {
                optimizer.updateWeights(gradients, weights);
                return weights;
            }

            @Override
            public Map<String, float[]> movingAverage() {
                return privateMovingAverage(optimizer);
            }
        };
    }

    /** The program keeps its averages to itself; they are read, never written. */
    @SuppressWarnings("unchecked")
    private static Map<String, float[]> privateMovingAverage(RMSProp optimizer) {
        try {
            Field field = RMSProp.class.getDeclaredField("movingAverage");
            field.setAccessible(true);
            return (Map<String, float[]>) field.get(optimizer);
        } catch (ReflectiveOperationException changed) {
            throw new IllegalStateException("RMSProp has no movingAverage to read", changed);
        }
    }
}
