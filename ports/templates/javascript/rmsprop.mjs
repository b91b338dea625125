export class RMSProp {
  constructor({ learningRate = 0.001, decayRate = 0.9, epsilon = 1e-8 } = {}) {
    this.learningRate = learningRate;
    this.decayRate = decayRate;
    this.epsilon = epsilon;
    this.movingAverage = new Map();
  }

  updateWeights(gradients, weights) {
    for (const [name, gradient] of gradients) {
      const weight = weights.get(name);
      if (!this.movingAverage.has(name)) {
        this.movingAverage.set(name, new Float64Array(gradient.length));
      }
      const average = this.movingAverage.get(name);
      for (let i = 0; i < gradient.length; i++) {
        average[i] = this.decayRate * average[i] + (1 - this.decayRate) * gradient[i] ** 2;
        weight[i] -= (this.learningRate * gradient[i]) / Math.sqrt(average[i] + this.epsilon);
      }
    }
  }
}
