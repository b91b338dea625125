"""The field: how libraries in use answer the questions of `Behaviour`.

So that what deviates can be called by a name that people know. Only the plain algorithm counts:
what needs momentum or centering to be seen is told in a note, if at all. From the libraries'
sources, and from running them, as of November 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from goldstep_reference.rmsprop.behaviour import FORMULA, Behaviour


@dataclass(frozen=True, slots=True)
class Library:
    """A library in use, as far as its RMSProp is not the formula with the document's defaults.

    ``answers`` maps fields of `Behaviour` to answers or to constants, as decimals. A default that
    the library does not have, because callers must give a value, has none there.
    """

    name: str
    versions: str  # those that were read or run, where the source says so; may be empty
    answers: Mapping[str, str] = field(hash=False)
    note: str  # what else it does, or does when told to; may be empty

    @property
    def label(self) -> str:
        """Name and versions."""
        return f"{self.name} {self.versions}".rstrip()

    @property
    def behaviour(self) -> Behaviour:
        """What a port does that is this library, in a format wider than all it rounds to."""
        answers: dict[str, Any] = dict(self.answers)
        return replace(FORMULA, **answers)


# Those that most readers know stand first: `words` names no more than three.
LIBRARIES: tuple[Library, ...] = (
    Library(
        "PyTorch",
        "2.13",
        {
            "epsilon_placement": "outside",
            "default_learning_rate": "0.01",
            "default_decay_rate": "0.99",
        },
        "",
    ),
    Library(
        "TF1 RMSPropOptimizer",
        "",
        {
            "initial_average": "one",
            "learning_rate": "float32",
            "decay_rate": "float32",
            "epsilon": "float32",
            "default_epsilon": "1e-10",
        },
        "",
    ),
    Library(
        "TensorFlow's ApplyRMSProp",
        "",
        {},
        "the kernel alone: its caller chooses what the moving average starts at",
    ),
    Library(
        "tf.keras",
        "2.0 to 2.10",
        {
            "epsilon_placement": "outside",
            "learning_rate": "float32",
            "decay_rate": "float32",
            "default_epsilon": "1e-07",
        },
        "with momentum, epsilon is inside the root",
    ),
    Library(
        "Keras",
        "3",
        {"learning_rate": "float32", "default_epsilon": "1e-07"},
        "with floatx set to float64, the learning rate is not rounded",
    ),
    # Between these two, epsilon's default became that of the backend.
    Library(
        "Keras",
        "2.1.3 to 2.3",
        {"epsilon_placement": "outside", "default_epsilon": "1e-07"},
        "",
    ),
    Library("Keras", "1.0.3 to 2.1.2", {"epsilon_placement": "outside"}, ""),
    Library(
        "Optax",
        "0.2.8",
        {},
        "flags put epsilon outside the root, start the moving average elsewhere, correct its bias",
    ),
    Library("TensorFlow.js", "4.22", {"default_epsilon": "1e-07"}, "float32 only"),
    Library(
        "ND4J",
        "",
        {
            "epsilon_placement": "outside",
            "initial_average": "epsilon",
            "default_learning_rate": "0.1",
            "default_decay_rate": "0.95",
        },
        "Deeplearning4j's; after one step it may be taken for epsilon inside the root",
    ),
    Library(
        "ensmallen",
        "3.11",
        {
            "epsilon_placement": "outside",
            "default_learning_rate": "0.01",
            "default_decay_rate": "0.99",
        },
        "an epsilon that is too small for the number format is replaced",
    ),
    Library(
        "Burn",
        "",
        {
            "epsilon_placement": "outside",
            "decay_rate": "float32",
            "epsilon": "float32",
            "default_decay_rate": "0.99",
            "default_epsilon": "1e-05",
        },
        "has a momentum of 0.9 unless told otherwise",
    ),
    Library(
        "candle-optimisers",
        "",
        {
            "epsilon_placement": "outside",
            "default_learning_rate": "0.01",
            "default_decay_rate": "0.99",
        },
        "",
    ),
    Library(
        "Gorgonia",
        "",
        {"default_decay_rate": "0.999"},
        "clips gradients only after the moving average has seen them",
    ),
    Library(
        "PaddlePaddle",
        "3.3",
        {
            "decay_rate": "float32",
            "epsilon": "float32",
            "default_decay_rate": "0.95",
            "default_epsilon": "1e-06",
        },
        "",
    ),
    Library("MXNet", "1.9", {}, ""),
    Library("MXNet", "2.x", {"epsilon_placement": "outside"}, ""),
    Library(
        "Chainer",
        "7.8",
        {
            "epsilon_placement": "outside",
            "default_learning_rate": "0.01",
            "default_decay_rate": "0.99",
        },
        "a flag puts epsilon inside the root",
    ),
    Library(
        "Caffe",
        "",
        {"epsilon_placement": "outside", "default_decay_rate": "0.99"},
        "on a GPU, it computes in float32",
    ),
    Library("tinygrad", "0.5", {"epsilon_placement": "outside", "average": "decayed-twice"}, ""),
    Library(
        "MLX",
        "",
        {
            "epsilon_placement": "outside",
            "learning_rate": "float32",
            "default_decay_rate": "0.99",
        },
        "",
    ),
    Library(
        "MindSpore",
        "",
        {
            "initial_average": "one",
            "default_learning_rate": "0.1",
            "default_epsilon": "1e-10",
        },
        "float32 only",
    ),
    Library("numpy-ml", "", {"epsilon_placement": "outside", "default_epsilon": "1e-07"}, ""),
    Library("Optimisers.jl", "", {"epsilon_placement": "outside"}, "Flux has the same"),
    Library(
        "timm RMSpropTF",
        "",
        {
            "initial_average": "one",
            "default_learning_rate": "0.01",
            "default_epsilon": "1e-10",
        },
        "",
    ),
    Library("Lasagne", "", {"default_learning_rate": "1", "default_epsilon": "1e-06"}, ""),
    Library(
        "climin",
        "",
        {"initial_average": "one", "epsilon": "1e-08"},
        "epsilon cannot be given; has Nesterov's momentum",
    ),
)
