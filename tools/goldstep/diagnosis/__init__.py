"""Names the deviations that explain a port's numbers, by simulation of each hypothesis."""

from goldstep.diagnosis.explain import Conforms, Diagnosed, Explained, Unexplained, explain
from goldstep.diagnosis.further import Ask
from goldstep.diagnosis.repeats import Unsteady

__all__ = ["Ask", "Conforms", "Diagnosed", "Explained", "Unexplained", "Unsteady", "explain"]
