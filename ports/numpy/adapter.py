"""goldstep_numpy behind the port protocol, in one number format and placement of epsilon."""

import sys
from collections.abc import Mapping, Sequence

import numpy as np

sys.path.append("../py")
from goldstep_numpy import RMSProp
from port_protocol import protocol_output, serve


class NumpyPort:
    """Arrays of ``number_format``, updated by `RMSProp`."""

    name = "goldstep_numpy.RMSProp"
    version = np.__version__

    def __init__(self, number_format: str, epsilon_placement: str) -> None:
        self.number_format = number_format
        self._placement = epsilon_placement

    def open(self, hyper_parameters: Mapping[str, float]) -> RMSProp:
        """See `port_protocol.Port`."""
        return RMSProp(**hyper_parameters, epsilon_placement=self._placement, engine="numpy")

    def array(self, numbers: Sequence[float]) -> np.ndarray:
        """See `port_protocol.Port`."""
        return np.array(numbers, self.number_format)


if __name__ == "__main__":
    output = protocol_output()
    serve(NumpyPort(*sys.argv[1:]), output, rejects=(ValueError, TypeError))
