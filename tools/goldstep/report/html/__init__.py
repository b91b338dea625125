"""The report as pages: a folder that works from the disk, without a server or a network."""

from goldstep.report.html.folder import check_folder
from goldstep.report.html.pages import write_html

__all__ = ["check_folder", "write_html"]
