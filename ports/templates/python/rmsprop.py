import numpy as np


class RMSProp:
    def __init__(self, learning_rate=0.001, decay_rate=0.9, epsilon=1e-8):
        self.learning_rate = learning_rate
        self.decay_rate = decay_rate
        self.epsilon = epsilon
        self.moving_average = {}

    def update_weights(self, gradients, weights):
        for name, gradient in gradients.items():
            average = self.moving_average.setdefault(name, np.zeros_like(gradient))
            average *= self.decay_rate
            average += (1 - self.decay_rate) * gradient**2
            weights[name] -= self.learning_rate * gradient / np.sqrt(average + self.epsilon)
