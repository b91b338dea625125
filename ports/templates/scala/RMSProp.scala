import scala.collection.mutable

class RMSProp(
    val learningRate: Double = 0.001,
    val decayRate: Double = 0.9,
    val epsilon: Double = 1e-8
):
  val movingAverage: mutable.Map[String, Array[Double]] = mutable.Map.empty

  def updateWeights(
      gradients: Map[String, Array[Double]],
      weights: Map[String, Array[Double]]
  ): Unit =
    for (name, gradient) <- gradients do
      val weight = weights(name)
      val average = movingAverage.getOrElseUpdate(name, Array.ofDim(gradient.length))
      for i <- gradient.indices do
        average(i) = decayRate * average(i) + (1 - decayRate) * math.pow(gradient(i), 2)
        weight(i) -= learningRate * gradient(i) / math.sqrt(average(i) + epsilon)
