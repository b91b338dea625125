package main

import "math"

// RMSProp divides each step by a moving root mean square of the gradients.
type RMSProp struct {
	LearningRate, DecayRate, Epsilon float64
	MovingAverage                    map[string][]float64
}

func NewRMSProp(learningRate, decayRate, epsilon float64) *RMSProp {
	return &RMSProp{learningRate, decayRate, epsilon, map[string][]float64{}}
}

func (r *RMSProp) UpdateWeights(gradients, weights map[string][]float64) {
	for name, gradient := range gradients {
		weight := weights[name]
		average, ok := r.MovingAverage[name]
		if !ok {
			average = make([]float64, len(gradient))
			r.MovingAverage[name] = average
		}
		for i, g := range gradient {
			average[i] = r.DecayRate*average[i] + (1-r.DecayRate)*g*g
			weight[i] -= r.LearningRate * g / math.Sqrt(average[i]+r.Epsilon)
		}
	}
}
