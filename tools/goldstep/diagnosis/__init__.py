"""Names the deviations that explain a port's numbers, by exact simulation of each hypothesis."""

from goldstep.diagnosis.explain import Conforms, Diagnosed, Explained, Unexplained, explain

__all__ = ["Conforms", "Diagnosed", "Explained", "Unexplained", "explain"]
