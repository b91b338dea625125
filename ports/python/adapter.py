"""rmsprop.py behind the port protocol; float64 from the wire to the program and back."""

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

# No matrices are multiplied here, and the threads for that cost as much as the rest of the start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

sys.path.append("../py")
from port_protocol import protocol_output, serve


class DocumentPort:
    """The program's class; a hyper-parameter that is left out is left to its default."""

    name = "rmsprop.py"
    version = "2024-09-06"
    number_format = "float64"

    def __init__(self, optimizer_class: Any) -> None:
        self._optimizer_class = optimizer_class

    def open(self, hyper_parameters: Mapping[str, float]) -> Any:
        """See `port_protocol.Port`."""
        return self._optimizer_class(**hyper_parameters)

    def array(self, numbers: Sequence[float]) -> np.ndarray:
        """See `port_protocol.Port`."""
        return np.array(numbers, np.float64)


if __name__ == "__main__":
    output = protocol_output()
    # Only now, because it runs the program's example, which prints.
    program = importlib.import_module("rmsprop")
    serve(DocumentPort(program.RMSProp), output)
