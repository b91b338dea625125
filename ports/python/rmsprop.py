import numpy as np


class RMSProp:
    def __init__(self, learning_rate=0.001, decay_rate=0.9, epsilon=1e-8):
        self.learning_rate = learning_rate
        self.decay_rate = decay_rate
        self.epsilon = epsilon
        self.moving_average = {}

    def update_weights(self, gradients, weights):
        for name in weights:
            gradient = gradients[name]
            if name not in self.moving_average:
                self.moving_average[name] = np.zeros_like(gradient)
            self.moving_average[name] = (
                self.decay_rate * self.moving_average[name] + (1 - self.decay_rate) * gradient**2
            )
            weights[name] -= (
                self.learning_rate * gradient / (np.sqrt(self.moving_average[name]) + self.epsilon)
            )


optimizer = RMSProp()
gradients = {"w1": np.array([0.1, -0.2]), "w2": np.array([0.4, -0.5])}
weights = {"w1": np.array([0.5, 0.5]), "w2": np.array([0.6, 0.6])}

optimizer.update_weights(gradients, weights)

for name in weights:
    print(name, weights[name])
