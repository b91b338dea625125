import goldstep.adapter.{Hyperparameters, NumberFormat, Optimizer, Port, Protocol}
import java.util.Map as JavaMap
import scala.jdk.CollectionConverters.*

/** RMSProp.scala behind the port protocol; Double from the wire to the program and back. */
object Adapter extends Port[Array[Double]] {
  def main(args: Array[String]): Unit = Protocol.serve(this)

  def implementation: Port.Implementation = Port.Implementation(
    "RMSProp.scala",
    "2024-09-06",
    "scala",
    dotty.tools.dotc.config.Properties.simpleVersionString
  )

  def numberFormat: NumberFormat[Array[Double]] = NumberFormat.FLOAT64

  def reportsMovingAverage: Boolean = true

  def open(hyperparameters: Hyperparameters): Optimizer[Array[Double]] = {
    // Which defaults a call uses is settled when it is compiled, and any of the three can be left
    // out here: an optimizer made of nothing but defaults says what they are.
    val default = RMSProp()
    def choose(name: String, otherwise: Double): Double =
      hyperparameters.optional(name).map(_.doubleValue).orElse(otherwise)
    val optimizer = RMSProp(
      choose(Hyperparameters.LEARNING_RATE, default.learningRate),
      choose(Hyperparameters.DECAY_RATE, default.decayRate),
      choose(Hyperparameters.EPSILON, default.epsilon)
    )
    new Optimizer[Array[Double]] {
      def update(
          gradients: JavaMap[String, Array[Double]],
          weights: JavaMap[String, Array[Double]]
      ): JavaMap[String, Array[Double]] = {
        optimizer.updateWeights(gradients.asScala.toMap, weights.asScala.toMap)
        weights
      }

      def movingAverage: JavaMap[String, Array[Double]] = privateMovingAverage(optimizer).asJava
    }
  }

  /** The program keeps its averages to itself; they are read, never written. */
  private def privateMovingAverage(optimizer: RMSProp): Map[String, Array[Double]] = {
    val field = classOf[RMSProp].getDeclaredField("movingAverage")
    field.setAccessible(true)
    field.get(optimizer).asInstanceOf[Map[String, Array[Double]]]
  }
}
