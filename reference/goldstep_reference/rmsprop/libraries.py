"""The field: how libraries in use deviate from the formula with the document's defaults.

So that what deviates can be called by a name that people know. Only the plain algorithm counts:
what needs momentum or centering to be seen is told in a note, if at all. From the libraries'
sources, and from running them, as of November 2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from goldstep_reference.rmsprop.deviations import DEVIATIONS
from goldstep_reference.rule.deviation import Deviation


@dataclass(frozen=True, slots=True)
class Library:
    """A library in use, and what it does in a format wider than all that it rounds to.

    A default that it does not have, because callers must give a value, deviates from none.
    """

    name: str
    versions: str  # those that were read or run, where the source says so; may be empty
    deviations: tuple[Deviation, ...]
    note: str = ""  # what else it does, or does when told to

    @property
    def label(self) -> str:
        """Name and versions."""
        return f"{self.name} {self.versions}".rstrip()


_KNOWN = {each.label: each for each in DEVIATIONS}
_OUTSIDE = _KNOWN["epsilon-outside-root"]
_FROM_ONE = _KNOWN["initial-average (1)"]
_FROM_EPSILON = _KNOWN["initial-average (epsilon)"]
_DECAYED_TWICE = _KNOWN["average-form (decayed twice)"]
_EPSILON_IGNORED = _KNOWN["hyper-parameter-ignored (epsilon)"]


def _defaults(**values: str) -> Iterator[Deviation]:
    return (_KNOWN[f"default-differs ({name} {value})"] for name, value in values.items())


def _in_float32(*names: str) -> Iterator[Deviation]:
    return (_KNOWN[f"hyper-parameter-rounded ({name} to float32)"] for name in names)


# Those that most readers know stand first: `words` names no more than three.
LIBRARIES: tuple[Library, ...] = (
    Library("PyTorch", "2.13", (_OUTSIDE, *_defaults(learning_rate="0.01", decay_rate="0.99"))),
    Library(
        "TF1 RMSPropOptimizer",
        "",
        (
            _FROM_ONE,
            *_in_float32("learning_rate", "decay_rate", "epsilon"),
            *_defaults(epsilon="1e-10"),
        ),
    ),
    Library(
        "TensorFlow's ApplyRMSProp",
        "",
        (),
        "the kernel alone: its caller chooses what the moving average starts at",
    ),
    Library(
        "tf.keras",
        "2.0 to 2.10",
        (_OUTSIDE, *_in_float32("learning_rate", "decay_rate"), *_defaults(epsilon="1e-7")),
        "with momentum, epsilon is inside the root",
    ),
    Library(
        "Keras",
        "3",
        (*_in_float32("learning_rate"), *_defaults(epsilon="1e-7")),
        "with floatx set to float64, the learning rate is not rounded",
    ),
    # Between these two, epsilon's default became that of the backend.
    Library("Keras", "2.1.3 to 2.3", (_OUTSIDE, *_defaults(epsilon="1e-7"))),
    Library("Keras", "1.0.3 to 2.1.2", (_OUTSIDE,)),
    Library(
        "Optax",
        "0.2.8",
        (),
        "flags put epsilon outside the root, start the moving average elsewhere, correct its bias",
    ),
    Library("TensorFlow.js", "4.22", (*_defaults(epsilon="1e-7"),), "float32 only"),
    Library(
        "ND4J",
        "",
        (_OUTSIDE, _FROM_EPSILON, *_defaults(learning_rate="0.1", decay_rate="0.95")),
        "Deeplearning4j's; after one step it may be taken for epsilon inside the root",
    ),
    Library(
        "ensmallen",
        "3.11",
        (_OUTSIDE, *_defaults(learning_rate="0.01", decay_rate="0.99")),
        "an epsilon that is too small for the number format is replaced",
    ),
    Library(
        "Burn",
        "",
        (
            _OUTSIDE,
            *_in_float32("decay_rate", "epsilon"),
            *_defaults(decay_rate="0.99", epsilon="1e-5"),
        ),
        "has a momentum of 0.9 unless told otherwise",
    ),
    Library(
        "candle-optimisers", "", (_OUTSIDE, *_defaults(learning_rate="0.01", decay_rate="0.99"))
    ),
    Library(
        "Gorgonia",
        "",
        (*_defaults(decay_rate="0.999"),),
        "clips gradients only after the moving average has seen them",
    ),
    Library(
        "PaddlePaddle",
        "3.3",
        (*_in_float32("decay_rate", "epsilon"), *_defaults(decay_rate="0.95", epsilon="1e-6")),
    ),
    Library("MXNet", "1.9", ()),
    Library("MXNet", "2.x", (_OUTSIDE,)),
    Library(
        "Chainer",
        "7.8",
        (_OUTSIDE, *_defaults(learning_rate="0.01", decay_rate="0.99")),
        "a flag puts epsilon inside the root",
    ),
    Library(
        "Caffe", "", (_OUTSIDE, *_defaults(decay_rate="0.99")), "on a GPU, it computes in float32"
    ),
    Library("tinygrad", "0.5", (_OUTSIDE, _DECAYED_TWICE)),
    Library("MLX", "", (_OUTSIDE, *_in_float32("learning_rate"), *_defaults(decay_rate="0.99"))),
    Library(
        "MindSpore",
        "",
        (_FROM_ONE, *_defaults(learning_rate="0.1", epsilon="1e-10")),
        "float32 only",
    ),
    Library("numpy-ml", "", (_OUTSIDE, *_defaults(epsilon="1e-7"))),
    Library("Optimisers.jl", "", (_OUTSIDE,), "Flux has the same"),
    Library("timm RMSpropTF", "", (_FROM_ONE, *_defaults(learning_rate="0.01", epsilon="1e-10"))),
    Library("Lasagne", "", (*_defaults(learning_rate="1", epsilon="1e-6"),)),
    Library(
        "climin",
        "",
        (_FROM_ONE, _EPSILON_IGNORED),
        "epsilon cannot be given; has Nesterov's momentum",
    ),
)
