"""goldstep_numpy behind the port protocol, in one number format and placement of epsilon."""

import sys
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

sys.path.append("../py")
from goldstep_numpy import RMSProp
from port_protocol import Arrays, protocol_output, serve


class NumpyPort:
    """Arrays of ``number_format``, updated by `RMSProp`."""

    name = "goldstep_numpy.RMSProp"
    version = np.__version__

    def __init__(self, number_format: str, epsilon_placement: str) -> None:
        self.number_format = number_format
        self._placement = epsilon_placement

    def run(
        self,
        hyper_parameters: Mapping[str, float],
        weights: Arrays,
        gradients: Sequence[Arrays],
    ) -> Iterator[tuple[Arrays, Arrays]]:
        """See `port_protocol.Port`."""
        optimizer = RMSProp(**hyper_parameters, epsilon_placement=self._placement)
        arrays = self._arrays(weights)
        for step in gradients:
            optimizer.update_weights(self._arrays(step), arrays)
            yield arrays, optimizer.moving_average

    def _arrays(self, arrays: Arrays) -> dict[str, np.ndarray]:
        return {name: np.array(values, self.number_format) for name, values in arrays.items()}


if __name__ == "__main__":
    output = protocol_output()
    serve(NumpyPort(*sys.argv[1:]), output, rejects=(ValueError, TypeError))
