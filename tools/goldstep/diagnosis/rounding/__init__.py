"""In which order of operations a conforming port computes, told from the bits of its results."""

from goldstep.diagnosis.rounding.evaluation import evaluation_order

__all__ = ["evaluation_order"]
