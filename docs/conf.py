"""The site: pages at the places that they have in the repository, so that a link leads to the same on both."""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = Path(__file__).parents[1]

project = "lr-sgd"
release = re.search(r'__version__ = "(.+)"', (SOURCE / "lr_core" / "__init__.py").read_text()).group(1)  # type: ignore[union-attr]
author = "The lr-sgd maintainers"
copyright = author  # noqa: A001  -- Sphinx's name

extensions = ["myst_nb", "sphinx_copybutton"]
root_doc = "index"
exclude_patterns = ["docs/index.md"]  # it is staged as index.md

# Every reference is to lead somewhere; with -W, one that does not fails the build.
nitpicky = True
myst_heading_anchors = 4
suppress_warnings: list[str] = []

# `make notebook` ran it; the outputs are shown as they came.
nb_execution_mode = "off"
nb_render_markdown_format = "myst"

html_theme = "furo"
html_title = f"lr-sgd {release}"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
templates_path: list[str] = []

# A prompt is not part of a command, and an answer is not one.
copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = True
html_static_path = ["static"]
html_css_files = ["tables.css"]
