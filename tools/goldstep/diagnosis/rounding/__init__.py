"""The order of operations in which a conforming port computes, from the bits of its results."""

from goldstep.diagnosis.rounding.evaluation import evaluation_order

__all__ = ["evaluation_order"]
