"""SARIF 2.1.0: findings as annotations at their lines, with what fixes them."""

from goldstep.report.formats.sarif.log import sarif
from goldstep.report.writing import FileFormat

FORMAT = FileFormat("sarif", "SARIF 2.1.0: findings at their lines, with fixes", sarif)

__all__ = ["FORMAT", "sarif"]
