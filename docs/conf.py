"""How the documentation is built: `make docs`."""

from importlib.metadata import version as installed

project = "cuvee"
author = "the cuvee developers"
project_copyright = "the cuvee developers, Apache-2.0"
version = release = installed("cuvee")

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "cuvee"
html_static_path = ["static"]
html_css_files = ["figures.css"]
html_show_sourcelink = False

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
# Fragments that are Python but cannot be run by themselves are fenced as `py`.
highlight_language = "python"
