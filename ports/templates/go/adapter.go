// rmsprop.go behind the protocol goldstep-port/1.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
)

// Number is a float64 that JSON has as a string.
type Number float64

func (n *Number) UnmarshalText(text []byte) error {
	value, err := strconv.ParseFloat(string(text), 64)
	*n = Number(value)
	return err
}

func (n Number) MarshalText() ([]byte, error) {
	value := float64(n)
	switch {
	case math.IsInf(value, 1): // strconv says "+Inf"
		return []byte("Infinity"), nil
	case math.IsInf(value, -1):
		return []byte("-Infinity"), nil
	}
	// The fewest digits that read back to the same bits; minus zero keeps its sign.
	return strconv.AppendFloat(nil, value, 'g', -1, 64), nil
}

type Arrays map[string][]Number

type Request struct {
	Seq          int      `json:"seq"`
	Command      string   `json:"cmd"`
	Values       []Number `json:"values"`
	LearningRate *Number  `json:"learning_rate"`
	DecayRate    *Number  `json:"decay_rate"`
	Epsilon      *Number  `json:"epsilon"`
	Weights      Arrays   `json:"weights"`
	Gradients    []Arrays `json:"gradients"`
	Record       []int    `json:"record"`
}

type Answer struct {
	Seq            int               `json:"seq"`
	OK             bool              `json:"ok"`
	Implementation map[string]string `json:"implementation,omitempty"`
	NumberFormat   string            `json:"number_format,omitempty"`
	Reports        []string          `json:"reports,omitempty"`
	Values         []Number          `json:"values,omitempty"`
	Steps          []Step            `json:"steps,omitempty"`
	Error          *Failure          `json:"error,omitempty"`
}

type Step struct {
	Weights       Arrays `json:"weights"`
	MovingAverage Arrays `json:"moving_average"`
}

type Failure struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Trace   string `json:"trace,omitempty"`
}

var errNoDefaults = errors.New("NewRMSProp has no defaults")

func start(answer *Answer) {
	answer.Implementation = map[string]string{
		"name": "rmsprop.go", "version": "1",
		"language": "Go", "language_version": runtime.Version(),
	}
	answer.NumberFormat = "float64"
	answer.Reports = []string{"moving_average"}
}

func run(request Request) (steps []Step, err error) {
	if request.LearningRate == nil || request.DecayRate == nil || request.Epsilon == nil {
		return nil, errNoDefaults
	}
	optimizer := NewRMSProp(
		float64(*request.LearningRate), float64(*request.DecayRate), float64(*request.Epsilon))
	weights := read(request.Weights)
	for i, gradients := range request.Gradients {
		optimizer.UpdateWeights(read(gradients), weights)
		if slices.Contains(request.Record, i+1) {
			steps = append(steps, Step{write(weights), write(optimizer.MovingAverage)})
		}
	}
	return steps, nil
}

func respond(request Request) (answer Answer) {
	answer = Answer{Seq: request.Seq, OK: true}
	fail := func(failure Failure) { answer = Answer{Seq: request.Seq, Error: &failure} }
	defer func() {
		if caught := recover(); caught != nil {
			fail(Failure{"failed", fmt.Sprint(caught), string(debug.Stack())})
		}
	}()
	var err error
	switch request.Command {
	case "start":
		start(&answer)
	case "echo":
		answer.Values = request.Values
	case "run":
		answer.Steps, err = run(request)
	default:
		err = fmt.Errorf("unknown command %q", request.Command)
	}
	if errors.Is(err, errNoDefaults) {
		fail(Failure{Kind: "unsupported", Message: err.Error()})
	} else if err != nil {
		fail(Failure{Kind: "failed", Message: err.Error()})
	}
	return answer
}

func read(arrays Arrays) map[string][]float64 { return convert[Number, float64](arrays) }

func write(arrays map[string][]float64) Arrays { return convert[float64, Number](arrays) }

func convert[From, To ~float64](arrays map[string][]From) map[string][]To {
	converted := map[string][]To{}
	for name, array := range arrays {
		converted[name] = make([]To, len(array))
		for i, number := range array {
			converted[name][i] = To(number)
		}
	}
	return converted
}

func main() {
	// The decoder needs no lines and has no longest one; the encoder ends each answer with one.
	requests, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var request Request
		if err := requests.Decode(&request); err != nil {
			log.Fatal(err)
		}
		if request.Command == "stop" {
			return
		}
		if err := answers.Encode(respond(request)); err != nil {
			log.Fatal(err)
		}
	}
}
