"""Names the deviations that explain a port's numbers, by simulation of each hypothesis."""

from goldstep.diagnosis.diagnose import (
    Conforms,
    Diagnosis,
    Explained,
    PartlyExplained,
    Unexplained,
    diagnose,
)
from goldstep.diagnosis.further import Ask
from goldstep.diagnosis.hypotheses import Hypotheses
from goldstep.diagnosis.repeats import Unsteady
from goldstep.diagnosis.trials import Observations

__all__ = [
    "Ask",
    "Conforms",
    "Diagnosis",
    "Explained",
    "Hypotheses",
    "Observations",
    "PartlyExplained",
    "Unexplained",
    "Unsteady",
    "diagnose",
]
