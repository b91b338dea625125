"""RMSProp on NumPy arrays, held to the formula by goldstep's vectors."""

from goldstep_numpy.rmsprop import RMSProp, State

__all__ = ["RMSProp", "State"]
