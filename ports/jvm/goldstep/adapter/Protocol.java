package goldstep.adapter;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The port protocol goldstep-port/1: one JSON object a line in, one a line out, in order. */
public final class Protocol<A> {
    private static final List<String> HYPERPARAMETERS =
            List.of(
                    Hyperparameters.LEARNING_RATE,
                    Hyperparameters.DECAY_RATE,
                    Hyperparameters.EPSILON);

    private final Port<A> port;
    private final NumberFormat<A> format;

    private Protocol(Port<A> port) {
        this.port = port;
        this.format = port.numberFormat();
    }

    /** Answers requests until {@code stop} or the end of the input. */
    public static <A> void serve(Port<A> port) throws IOException {
        try (Writer answers =
                new BufferedWriter(
                        new OutputStreamWriter(
                                new FileOutputStream(FileDescriptor.out),
                                StandardCharsets.UTF_8))) {
            // Whatever else writes to standard output must not end up among the answers.
            System.setOut(System.err);
            BufferedReader requests =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            Protocol<A> protocol = new Protocol<>(port);
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                JsonObject request = JsonParser.parseString(line).getAsJsonObject();
                if (request.get("cmd").getAsString().equals("stop")) {
                    break;
                }
                answers.write(protocol.answer(request).toString());
                answers.write('\n');
                // Answers to requests that were sent ahead leave together.
                if (!requests.ready()) {
                    answers.flush();
                }
            }
        }
    }

    private JsonObject answer(JsonObject request) {
        JsonObject answer = new JsonObject();
        answer.add("seq", request.get("seq"));
        try {
            answer.addProperty("ok", true);
            String command = request.get("cmd").getAsString();
            switch (command) {
                case "start" -> start(answer);
                case "echo" -> echo(request, answer);
                case "run" -> run(request, answer);
                default -> throw new IllegalArgumentException("unknown command " + command);
            }
        } catch (MissingHyperparameter missing) {
            fail(answer, "unsupported", missing.getMessage(), missing);
        } catch (Throwable failure) {
            // Errors too: a port's StackOverflowError is its own, and the next run is a fresh one.
            fail(answer, "failed", failure.toString(), failure);
        }
        return answer;
    }

    private void start(JsonObject answer) {
        Port.Implementation its = port.implementation();
        JsonObject implementation = new JsonObject();
        implementation.addProperty("name", its.name());
        implementation.addProperty("version", its.version());
        implementation.addProperty("language", its.language());
        implementation.addProperty("language_version", its.languageVersion());
        JsonArray reports = new JsonArray();
        if (port.reportsMovingAverage()) {
            reports.add("moving_average");
        }
        answer.add("implementation", implementation);
        answer.addProperty("number_format", format.name());
        answer.add("reports", reports);
    }

    private void echo(JsonObject request, JsonObject answer) {
        answer.add("values", format.write(format.read(request.getAsJsonArray("values"))));
    }

    private void run(JsonObject request, JsonObject answer) {
        Map<String, Number> given = new HashMap<>();
        for (String name : HYPERPARAMETERS) {
            if (request.has(name)) {
                given.put(name, format.read(request.get(name).getAsString()));
            }
        }
        Set<Integer> record = new HashSet<>();
        request.getAsJsonArray("record").forEach(step -> record.add(step.getAsInt()));
        Optimizer<A> optimizer = port.open(new Hyperparameters(given));
        Map<String, A> weights = read(request.getAsJsonObject("weights"));
        JsonArray steps = new JsonArray();
        int step = 0;
        for (JsonElement gradients : request.getAsJsonArray("gradients")) {
            weights = optimizer.update(read(gradients.getAsJsonObject()), weights);
            step++;
            if (record.contains(step)) {
                JsonObject recorded = new JsonObject();
                recorded.add("weights", write(weights));
                if (port.reportsMovingAverage()) {
                    recorded.add("moving_average", write(optimizer.movingAverage()));
                }
                steps.add(recorded);
            }
        }
        answer.add("steps", steps);
    }

    private Map<String, A> read(JsonObject arrays) {
        Map<String, A> byName = new LinkedHashMap<>();
        for (Map.Entry<String, JsonElement> entry : arrays.entrySet()) {
            byName.put(entry.getKey(), format.read(entry.getValue().getAsJsonArray()));
        }
        return byName;
    }

    private JsonObject write(Map<String, A> byName) {
        JsonObject arrays = new JsonObject();
        byName.forEach((name, numbers) -> arrays.add(name, format.write(numbers)));
        return arrays;
    }

    private static void fail(JsonObject answer, String kind, String message, Throwable cause) {
        StringWriter trace = new StringWriter();
        cause.printStackTrace(new PrintWriter(trace, true));
        JsonObject error = new JsonObject();
        error.addProperty("kind", kind);
        error.addProperty("message", message);
        error.addProperty("trace", trace.toString());
        answer.addProperty("ok", false);
        answer.add("error", error);
    }
}
