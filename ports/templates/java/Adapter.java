import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** RMSProp.java behind the protocol goldstep-port/1. */
public final class Adapter {
    private static final Gson GSON =
            new GsonBuilder()
                    .registerTypeAdapter(float.class, new NumberAsText())
                    .registerTypeAdapter(Float.class, new NumberAsText())
                    .create();

    /** What a request does not have is null. */
    record Request(
            int seq,
            String cmd,
            float[] values,
            Float learning_rate,
            Float decay_rate,
            Float epsilon,
            Map<String, float[]> weights,
            List<Map<String, float[]>> gradients,
            List<Integer> record) {}

    public static void main(String[] args) throws IOException {
        var requests = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        var answers = new PrintStream(System.out, true, UTF_8);
        for (String line; (line = requests.readLine()) != null; ) {
            Request request = GSON.fromJson(line, Request.class);
            if (request.cmd().equals("stop")) {
                break;
            }
            answers.println(GSON.toJson(answer(request)));
        }
    }

    private static Map<String, Object> answer(Request request) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("seq", request.seq());
        answer.put("ok", true);
        try {
            switch (request.cmd()) {
                case "start" -> start(answer);
                case "echo" -> answer.put("values", request.values());
                case "run" -> answer.put("steps", run(request));
                default -> throw new IllegalArgumentException("unknown command " + request.cmd());
            }
        } catch (UnsupportedOperationException missing) {
            fail(answer, "unsupported", missing);
        } catch (RuntimeException failure) {
            fail(answer, "failed", failure);
        }
        return answer;
    }

    private static void start(Map<String, Object> answer) {
        answer.put(
                "implementation",
                Map.of(
                        "name", "RMSProp.java",
                        "version", "1",
                        "language", "Java",
                        "language_version", System.getProperty("java.version")));
        answer.put("number_format", "float32");
        answer.put("reports", List.of("moving_average"));
    }

    private static List<Object> run(Request request) {
        var optimizer =
                new RMSProp(
                        required(request.learning_rate()),
                        required(request.decay_rate()),
                        required(request.epsilon()));
        var steps = new ArrayList<>();
        for (int step = 1; step <= request.gradients().size(); step++) {
            optimizer.updateWeights(request.gradients().get(step - 1), request.weights());
            if (request.record().contains(step)) {
                // As JSON at once, because the next update changes the arrays.
                steps.add(
                        GSON.toJsonTree(
                                Map.of(
                                        "weights", request.weights(),
                                        "moving_average", optimizer.movingAverage())));
            }
        }
        return steps;
    }

    private static float required(Float given) {
        if (given == null) {
            throw new UnsupportedOperationException("the constructor has no defaults");
        }
        return given;
    }

    private static void fail(Map<String, Object> answer, String kind, RuntimeException cause) {
        var trace = new StringWriter();
        cause.printStackTrace(new PrintWriter(trace, true));
        answer.put("ok", false);
        answer.put(
                "error",
                Map.of("kind", kind, "message", cause.toString(), "trace", trace.toString()));
    }

    /** Java's own conversions return the same bits, and spell NaN and infinity as goldstep does. */
    private static final class NumberAsText extends TypeAdapter<Float> {
        @Override
        public Float read(JsonReader in) throws IOException {
            return Float.valueOf(in.nextString());
        }

        @Override
        public void write(JsonWriter out, Float number) throws IOException {
            out.value(number.toString());
        }
    }
}
