"""goldstep_numpy behind the port protocol: in one number format and placement of epsilon, by one
engine, in so many threads, in blocks of so many elements (its own where that is left out).
"""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

# No matrices are multiplied here, and the threads for that cost as much as the rest of the start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

sys.path.append("../py")
from goldstep_numpy import RMSProp
from port_protocol import protocol_output, serve


class NumpyPort:
    """Arrays of ``number_format``, updated by `RMSProp` with these options."""

    name = "goldstep_numpy.RMSProp"
    version = np.__version__

    def __init__(self, number_format: str, options: Mapping[str, Any]) -> None:
        self.number_format = number_format
        self._options = options

    def open(self, hyper_parameters: Mapping[str, float]) -> RMSProp:
        """See `port_protocol.Port`."""
        return RMSProp(**hyper_parameters, **self._options)

    def array(self, numbers: Sequence[float]) -> np.ndarray:
        """See `port_protocol.Port`."""
        return np.array(numbers, self.number_format)


def port(
    number_format: str,
    epsilon_placement: str,
    engine: str = "numpy",
    threads: str = "1",
    block_size: str | None = None,
) -> NumpyPort:
    """What the command line says."""
    options = {
        "epsilon_placement": epsilon_placement,
        "engine": engine,
        "threads": int(threads),
        "block_size": None if block_size is None else int(block_size),
    }
    return NumpyPort(number_format, options)


if __name__ == "__main__":
    output = protocol_output()
    serve(port(*sys.argv[1:]), output, rejects=(ValueError, TypeError))
