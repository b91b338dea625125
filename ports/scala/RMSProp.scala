class RMSProp(
    val learningRate: Double = 0.001,
    val decayRate: Double = 0.9,
    val epsilon: Double = 1e-8
) {
  private var movingAverage: Map[String, Array[Double]] = Map()

  def updateWeights(
      gradients: Map[String, Array[Double]],
      weights: Map[String, Array[Double]]
  ): Unit = {
    for (name <- weights.keys) {
      val gradient = gradients(name)
      val weight = weights(name)
      if (!movingAverage.contains(name)) {
        movingAverage += name -> Array.fill(gradient.length)(0.0)
      }
      val average = movingAverage(name)
      for (i <- weight.indices) {
        average(i) = decayRate * average(i) + (1 - decayRate) * Math.pow(gradient(i), 2)
        weight(i) -= learningRate * gradient(i) / (Math.sqrt(average(i)) + epsilon)
      }
    }
  }
}

val optimizer = new RMSProp()
val gradients = Map("w1" -> Array(0.1, -0.2), "w2" -> Array(0.4, -0.5))
val weights = Map("w1" -> Array(0.5, 0.5), "w2" -> Array(0.6, 0.6))

optimizer.updateWeights(gradients, weights)

weights.foreach { case (name, values) => println(s"$name: ${values.mkString(", ")}") }
