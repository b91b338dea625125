"""The documentation site: `make docs` builds it, and every warning is an error."""

import sys
from pathlib import Path

import goldstep

sys.path.insert(0, str(Path(__file__).parent))

project = "goldstep"
author = "The goldstep authors"
project_copyright = "The goldstep authors, Apache License 2.0"
version = release = goldstep.__version__

extensions = ["myst_parser", "sphinx_click", "goldstep_docs"]
exclude_patterns = ["goldstep_docs"]
myst_heading_anchors = 3
nitpicky = True
smartquotes = False  # texts name programs' own quotes

html_theme = "furo"
html_title = f"goldstep {release}"
html_use_index = False
html_copy_source = False  # they are templates
html_static_path = ["static"]
html_css_files = ["goldstep.css"]
