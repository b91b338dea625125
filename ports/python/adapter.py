"""rmsprop.py behind the port protocol; float64 from the wire to the program and back."""

import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

sys.path.append("../py")
from port_protocol import Arrays, protocol_output, serve


class DocumentPort:
    """The program's class; a hyper-parameter that is left out is left to its default."""

    name = "rmsprop.py"
    version = "2024-09-06"
    number_format = "float64"

    def __init__(self, optimizer_class: Any) -> None:
        self._optimizer_class = optimizer_class

    def run(
        self,
        hyper_parameters: Mapping[str, float],
        weights: Arrays,
        gradients: Sequence[Arrays],
    ) -> Iterator[tuple[Arrays, Arrays]]:
        """See `port_protocol.Port`."""
        optimizer = self._optimizer_class(**hyper_parameters)
        arrays = _float64(weights)
        for step in gradients:
            optimizer.update_weights(_float64(step), arrays)
            yield arrays, optimizer.moving_average


def _float64(arrays: Arrays) -> dict[str, np.ndarray]:
    return {name: np.array(values, np.float64) for name, values in arrays.items()}


if __name__ == "__main__":
    output = protocol_output()
    # Only now, because it runs the program's example, which prints.
    program = importlib.import_module("rmsprop")
    serve(DocumentPort(program.RMSProp), output)
