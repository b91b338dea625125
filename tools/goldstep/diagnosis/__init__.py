"""Names the deviations that explain a port's numbers, by exact simulation of each hypothesis."""

from goldstep.diagnosis.explain import Conforms, Explained, Explanation, Unexplained, explain

__all__ = ["Conforms", "Explained", "Explanation", "Unexplained", "explain"]
