package goldstep.adapter;

import com.google.gson.JsonArray;

/**
 * How numbers cross the wire: decimal strings, read and written by Java's own conversions, which
 * return the same bits and spell NaN, Infinity and -Infinity as the protocol does.
 *
 * @param <A> an array of numbers in this format
 */
public interface NumberFormat<A> {
    NumberFormat<float[]> FLOAT32 = new Float32();
    NumberFormat<double[]> FLOAT64 = new Float64();

    /** The protocol's name of the format. */
    String name();

    Number read(String text);

    A read(JsonArray texts);

    JsonArray write(A numbers);

    /** IEEE 754 binary32. */
    final class Float32 implements NumberFormat<float[]> {
        @Override
        public String name() {
            return "float32";
        }

        @Override
        public Float read(String text) {
            return Float.valueOf(text);
        }

        @Override
        public float[] read(JsonArray texts) {
            float[] numbers = new float[texts.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = Float.parseFloat(texts.get(i).getAsString());
            }
            return numbers;
        }

        @Override
        public JsonArray write(float[] numbers) {
            JsonArray texts = new JsonArray(numbers.length);
            for (float number : numbers) {
                texts.add(Float.toString(number));
            }
            return texts;
        }
    }

    /** IEEE 754 binary64. */
    final class Float64 implements NumberFormat<double[]> {
        @Override
        public String name() {
            return "float64";
        }

        @Override
        public Double read(String text) {
            return Double.valueOf(text);
        }

        @Override
        public double[] read(JsonArray texts) {
            double[] numbers = new double[texts.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = Double.parseDouble(texts.get(i).getAsString());
            }
            return numbers;
        }

        @Override
        public JsonArray write(double[] numbers) {
            JsonArray texts = new JsonArray(numbers.length);
            for (double number : numbers) {
                texts.add(Double.toString(number));
            }
            return texts;
        }
    }
}
