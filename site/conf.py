"""Sphinx's settings for the site; `site/build.py` calls it."""

import os
import sys
from pathlib import Path

from bpcourse.plots import style

sys.path.insert(0, str(Path(__file__).resolve().parent))  # for the extensions beside this file

project = "Backpropagation by hand"
html_title = project
language = "en"
extensions = ["myst_nb", "course", "moving"]
exclude_patterns = ["README.md", "CONTRIBUTING.md"]

# The notebooks are read as they are stored: nothing is run.
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show, nb_code_prompt_hide = "Show the {type}", "Hide the {type}"
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_dmath_double_inline = True
myst_heading_anchors = 4
myst_heading_slug_func = "course.anchor"

# Mathematics: MathJax from its package, and of it only the parts that the course needs (`course.MATHJAX`).
mathjax_path = "mathjax/startup.js"
mathjax3_config = {
    "loader": {"load": ["core", "input/tex-base", "[tex]/ams", "output/chtml", "a11y/assistive-mml"]},
    "tex": {"packages": ["base", "ams"]},
}

html_theme = "furo"
html_favicon = "static/course.svg"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": style.FORWARD, "color-brand-content": style.FORWARD},
    "dark_css_variables": {"color-brand-primary": style.TINTS[3], "color-brand-content": style.TINTS[3]},
}
html_static_path = ["static"]
html_css_files = ["course.css"]
html_js_files = ["course.js"]
html_use_index = False
html_copy_source = True  # what the link to a notebook downloads
html_sourcelink_suffix = ""
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"

# owner/name on GitHub, for the links to Binder and Colab. The workflow knows it; a build at home has no such links.
course_repository = os.environ.get("GITHUB_REPOSITORY", "")
