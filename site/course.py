"""What the site needs beyond MyST-NB: folds, alternative texts and anchors of the notebooks, and where to get them."""

import importlib.util
import json
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.fileutil import copy_asset_file
from sphinx.util.images import get_image_size

from bpcourse.plots import style

GUESS = {"bpcourse": "guess first"}  # the mark of the line that `make notebooks` puts before a folded answer
ASK = {"code_prompt_show": "Guess first. Then show the answer.", "code_prompt_hide": "Hide the answer"}
MATHJAX = (
    "startup.js", "core.js", "input/tex-base.js", "input/tex/extensions/ams.js", "output/chtml.js",
    "output/chtml/fonts/tex.js", "a11y/assistive-mml.js",
)  # fmt: skip
FONTS = "output/chtml/fonts/woff-v2"
NOTEBOOKS = ("chapters/", "exercises/")


def anchor(title):
    """The anchor of a heading, as Jupyter writes it: with hyphens for the spaces, and as it is otherwise."""
    return title.replace(" ", "-")


def for_the_page(notebook):
    """Tells MyST-NB what JupyterLab reads in the notebook: what is folded, and the alternative texts of pictures."""
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        metadata = cell["metadata"]
        tags, shown = metadata.setdefault("tags", []), {}
        hidden = metadata.get("jupyter", {}).get("source_hidden")
        asks = any(output.get("metadata") == GUESS for output in cell["outputs"])
        if hidden:
            tags.append("hide-cell" if asks else "hide-input")  # what only draws an answer is in one fold with it
        elif asks:
            tags.append("hide-output")
        if asks:
            shown |= ASK
            cell["outputs"] = [output for output in cell["outputs"] if output.get("metadata") != GUESS]
        for output in cell["outputs"]:
            if alt := output.get("metadata", {}).get("image/png", {}).get("alt"):
                shown["image"] = {"alt": alt}
        metadata["mystnb"] = shown
    return notebook


def read_source(app, docname, source):
    """Sphinx's `source-read`."""
    if docname.startswith(NOTEBOOKS):
        source[0] = json.dumps(for_the_page(json.loads(source[0])))


class Pictures(SphinxPostTransform):
    """Each picture has a size, so that nothing moves when it comes; all but a page's first come when they are near."""

    default_priority = 400

    def run(self, **kwargs):
        for k, image in enumerate(self.document.findall(nodes.image)):
            if k:
                image["loading"] = "lazy"
            if "width" not in image:
                size = get_image_size(Path(self.app.srcdir, image["uri"]))
                image["width"], image["height"] = (str(pixels // style.SHARPNESS) for pixels in size)


def mend_page(app, pagename, templatename, context, doctree):
    """Sphinx's `html-page-context`: what Sphinx and MyST-NB leave to be wished for by those who hear a page."""
    # The captions of the map of pages are headings of no level.
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')
    # Every fold has the same name, which would be read in place of its text.
    context["body"] = context.get("body", "").replace(' aria-label="Toggle hidden content"', "")


def add_links(app, pagename, templatename, context, doctree):
    """Sphinx's `html-page-context`: under the title of a notebook's page, where to get it."""
    if not pagename.startswith(NOTEBOOKS):
        return
    name = f"{pagename}.ipynb"
    links = [f'<a href="{context["pathto"](f"_sources/{name}", 1)}" download>Download this notebook</a>']
    if repository := app.config.course_repository:
        links += [
            f'<a href="https://mybinder.org/v2/gh/{repository}/HEAD?labpath={name}">Open it in Binder</a>',
            f'<a href="https://colab.research.google.com/github/{repository}/blob/HEAD/{name}">Open it in Colab</a>'
            f" (there, run <code>%pip install git+https://github.com/{repository}</code> first)",
        ]
    bar = f'<p class="get-notebook">{" · ".join(links)}</p>'
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{bar}", 1)


def copy_mathjax(app, error):
    """Sphinx's `build-finished`: MathJax from its package, which is no module that one could import."""
    if error:
        return
    (package,) = importlib.util.find_spec("sphinx-mathjax-offline").submodule_search_locations
    source, target = Path(package, "static", "mathjax"), Path(app.outdir, "_static", "mathjax")
    fonts = [str(path.relative_to(source)) for path in (source / FONTS).glob("*.woff")]
    for name in (*MATHJAX, *fonts):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy_asset_file(source / name, target / name)


def setup(app):
    app.add_config_value("course_repository", "", "html")
    app.add_post_transform(Pictures)
    app.connect("source-read", read_source)
    app.connect("html-page-context", mend_page, priority=900)  # after Furo's
    app.connect("html-page-context", add_links)
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
