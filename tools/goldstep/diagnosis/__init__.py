"""Names the deviations that explain a port's numbers, by simulation of each hypothesis."""

from goldstep.diagnosis.diagnose import Conforms, Diagnosis, Explained, Unexplained, diagnose
from goldstep.diagnosis.further import Ask
from goldstep.diagnosis.repeats import Unsteady

__all__ = ["Ask", "Conforms", "Diagnosis", "Explained", "Unexplained", "Unsteady", "diagnose"]
