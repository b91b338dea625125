import com.google.gson.{JsonArray, JsonElement, JsonObject, JsonParser, JsonPrimitive}
import java.io.{PrintStream, PrintWriter, StringWriter}
import scala.collection.{Map, mutable}
import scala.io.{Codec, Source}
import scala.jdk.CollectionConverters.*
import scala.util.control.NonFatal

/** RMSProp.scala behind the protocol goldstep-port/1. */
@main def serve(): Unit =
  val answers = PrintStream(System.out, true, "UTF-8")
  Source
    .fromInputStream(System.in)(using Codec.UTF8)
    .getLines()
    .map(JsonParser.parseString(_).getAsJsonObject)
    .takeWhile(_.get("cmd").getAsString != "stop")
    .foreach(request => answers.println(json(answer(request))))

def answer(request: JsonObject): Map[String, Any] =
  val seq = request.get("seq")
  try
    val said = request.get("cmd").getAsString match
      case "start" => start
      case "echo" => Map("values" -> readArray(request.get("values")))
      case "run" => Map("steps" -> run(request))
    said ++ Map("seq" -> seq, "ok" -> true)
  catch case NonFatal(error) => Map("seq" -> seq, "ok" -> false, "error" -> failure(error))

def start: Map[String, Any] = Map(
  "implementation" -> Map(
    "name" -> "RMSProp.scala",
    "version" -> "1",
    "language" -> "Scala",
    "language_version" -> "3.3.8"
  ),
  "number_format" -> "float64",
  "reports" -> Seq("moving_average")
)

def run(request: JsonObject): Seq[JsonElement] =
  val default = RMSProp()
  def hyperParameter(name: String, otherwise: Double): Double =
    if request.has(name) then request.get(name).getAsString.toDouble else otherwise
  val optimizer = RMSProp(
    hyperParameter("learning_rate", default.learningRate),
    hyperParameter("decay_rate", default.decayRate),
    hyperParameter("epsilon", default.epsilon)
  )
  val weights = readArrays(request.get("weights"))
  val record = request.get("record").getAsJsonArray.asScala.map(_.getAsInt).toSet
  val steps = mutable.Buffer[JsonElement]()
  for (gradients, index) <- request.get("gradients").getAsJsonArray.asScala.zipWithIndex do
    optimizer.updateWeights(readArrays(gradients), weights)
    if record(index + 1) then
      // As JSON at once, because the next update changes the arrays.
      steps += json(Map("weights" -> weights, "moving_average" -> optimizer.movingAverage))
  steps.toSeq

def failure(error: Throwable): Map[String, String] =
  val trace = StringWriter()
  error.printStackTrace(PrintWriter(trace, true))
  Map("kind" -> "failed", "message" -> error.toString, "trace" -> trace.toString)

def readArrays(arrays: JsonElement): collection.immutable.Map[String, Array[Double]] =
  arrays.getAsJsonObject.asMap.asScala.view.mapValues(readArray).toMap

def readArray(texts: JsonElement): Array[Double] =
  texts.getAsJsonArray.asScala.map(_.getAsString.toDouble).toArray

def json(value: Any): JsonElement = value match
  case element: JsonElement => element
  case text: String => JsonPrimitive(text)
  case truth: Boolean => JsonPrimitive(truth)
  // Java's own conversion: the same bits when read, NaN and infinity as goldstep spells them.
  case number: Double => JsonPrimitive(number.toString)
  case numbers: Array[Double] => json(numbers.toSeq)
  case parts: Map[?, ?] =>
    val made = JsonObject()
    for (name, part) <- parts do made.add(name.toString, json(part))
    made
  case parts: Seq[?] =>
    val made = JsonArray()
    for part <- parts do made.add(json(part))
    made
