"""RMSProp on NumPy arrays, held to the formula by goldstep's vectors."""

from goldstep_numpy.rmsprop import RMSProp
from goldstep_numpy.state import State

__all__ = ["RMSProp", "State"]
