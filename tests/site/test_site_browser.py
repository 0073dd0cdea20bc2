"""The site in a browser that reaches nothing else: every page, light and dark, on a desk and on a phone."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin, urlparse

import pytest
import web

pytestmark = pytest.mark.skipif(web.missing() is not None, reason=f"the site: {web.missing()}")
DOCUMENTS = web.documents()
NOTEBOOKS = [name for name in DOCUMENTS if name.startswith(("chapters/", "exercises/"))]
OTHER = ["search", "LICENSE-text"]
GRAVE = ("serious", "critical")

# What a reader sees of the article, without code.
PROSE = """() => {
    const copy = document.querySelector('article').cloneNode(true);
    copy.querySelectorAll('pre, code, script, mjx-container').forEach(node => node.remove());
    return copy.textContent;
}"""
PICTURES = """async () => {
    const pictures = [...document.querySelectorAll('article img')];
    pictures.forEach(picture => { picture.loading = 'eager'; });
    await Promise.all(pictures.map(picture => picture.decode().catch(() => null)));
    return pictures.map(p => ({src: p.src, alt: p.alt, drawn: p.naturalWidth, sized: !!(p.getAttribute('width') && p.getAttribute('height'))}));
}"""
# How far to the right the text reaches; what scrolls in a box of its own counts as its box. (Furo hides what is too wide.)
REACHES = """() => {
    const article = document.querySelector('article');
    return Math.max(document.documentElement.scrollWidth, article.getBoundingClientRect().left + article.scrollWidth);
}"""
OPEN_ALL = "document.querySelectorAll('details').forEach(fold => { fold.open = true; })"


def grave(page, *rules):
    """The serious and critical faults that axe finds, in words; by all its rules, or by those named."""
    from axe_playwright_python.sync_playwright import Axe

    only = {"runOnly": rules} if rules else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **only}).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:150]} {node.get('failureSummary', '')[:200]}"
        for fault in found
        if fault["impact"] in GRAVE
        for node in fault["nodes"][:3]
    ]


@pytest.mark.parametrize("name", [*DOCUMENTS, *OTHER])
def test_page(name, chrome, address):
    with web.Visit(chrome, address) as visit:
        page = visit.go(f"{name}.html")
        page.evaluate(OPEN_ALL)
        assert page.locator("h1").count() == (name != "search")  # that one has only what it finds
        prose = page.evaluate(PROSE)
        assert not re.search(r"\$|\\\(|\\\[|\\[a-z]{3,}", prose), "mathematics that was not set"
        assert page.locator(".math").count() == page.locator("mjx-container").count()
        assert page.locator("mjx-merror").count() == 0
        for picture in page.evaluate(PICTURES):
            assert picture["drawn"] and picture["sized"] and len(picture["alt"]) >= 20, picture
        assert grave(page) == []
        page.emulate_media(color_scheme="dark")
        assert grave(page, "color-contrast") == []
        assert visit.faults == []


@pytest.mark.parametrize("name", [*DOCUMENTS, *OTHER])
def test_page_fits_a_phone(name, chrome, address):
    with web.Visit(chrome, address, size="phone") as visit:
        page = visit.go(f"{name}.html")
        page.evaluate(OPEN_ALL)
        assert page.evaluate(REACHES) <= web.SIZES["phone"][0]
        assert visit.faults == []


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = [], {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors |= {attrs[key] for key in ("id", "name") if attrs.get(key)}
        self.links += [attrs[key] for key in ("href", "src") if attrs.get(key)]


def test_links(site):
    """Every link of every page leads to a file of the site, and to a place in it."""
    found = {path.relative_to(site).as_posix(): Page(path) for path in site.rglob("*.html")}
    assert set(found) == {f"{name}.html" for name in (*DOCUMENTS, *OTHER)}
    broken = []
    for name, page in found.items():
        for link in page.links:
            if urlparse(link).scheme:
                continue
            target, place = urldefrag(urljoin(f"/{name}", link))
            target = unquote(urlparse(target).path).lstrip("/")
            if not (site / target).is_file() or target in found and unquote(place) not in found[target].anchors:
                broken.append(f"{name}: {link}")
    assert broken == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook(name, site, chrome, address):
    """The page offers its notebook as it is in the tree; and its answers are folded until somebody asks."""
    stored = (web.TREE / f"{name}.ipynb").read_bytes()
    assert (site / "_sources" / f"{name}.ipynb").read_bytes() == stored
    answers = sum(
        any(output.get("metadata", {}).get("bpcourse") for output in cell.get("outputs", ()))
        for cell in json.loads(stored)["cells"]
    )
    with web.Visit(chrome, address) as visit:
        page = visit.go(f"{name}.html")
        assert page.locator(".get-notebook a[download]").get_attribute("href").endswith(f"{name}.ipynb")
        folds = page.locator("details:has(> summary:has-text('Guess first'))")
        assert folds.count() == answers
        assert page.locator("details[open]").count() == 0
        if answers:
            inside = folds.first.locator(".cell_output")
            assert inside.is_hidden()
            folds.first.locator("summary").press("Enter")
            assert inside.is_visible()
            assert folds.first.locator("summary").inner_text().strip() == "Hide the answer"


def test_search(chrome, address):
    with web.Visit(chrome, address) as visit:
        page = visit.go("index.html")
        page.get_by_placeholder("Search").fill("momentum")
        page.keyboard.press("Enter")
        result = page.locator("#search-results a", has_text="Descent with momentum").first
        result.wait_for()
        page.wait_for_load_state("networkidle")  # it reads the pages that it found, for their summaries
        assert visit.faults == []
        result.click()
        page.wait_for_url("**/chapters/*momentum.html*")
