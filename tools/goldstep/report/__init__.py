"""Reports: runs read from their streams, put together, compared, and rendered for a reader."""

from goldstep.report.rungs import PortReport, Rung
from goldstep.report.value import CombinationError, Report

__all__ = ["CombinationError", "PortReport", "Report", "Rung"]
