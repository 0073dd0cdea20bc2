"""An HTML page that needs nothing else: its look, and text that can do nothing in it."""

import html
import re

from ..marking import messages as say

# A pair that the colour-blind tell apart, as in the figures of the course; what stands beside a colour says the same.
CLASSES = {say.PASSED: "yes", say.IN_PART: "part", say.NOT_YET: "no", say.NOT_ATTEMPTED: "none"}

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2430; --soft: #5b6675; --line: #d9dee5; --wash: #f4f6f8;
  --yes: #2f6fb5; --part: #8fb8e0; --no: #dd7a33; --none: #c3cad3; --warn: #a8480b; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181e; --ink: #e3e8ee; --soft: #98a4b3; --line: #2d3540;
  --wash: #1c222a; --yes: #5b9be0; --part: #35608f; --no: #e08a48; --none: #4a5462; --warn: #f0a267; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 20px 28px 48px; max-width: 1360px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; } h2 { font-size: 19px; margin: 32px 0 8px; }
h3 { font-size: 15px; margin: 0 0 6px; } p { margin: 4px 0; } a { color: var(--yes); }
code, pre { font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
code { background: var(--wash); border-radius: 3px; padding: 0 3px; } pre code { background: none; padding: 0; }
pre { margin: 0; padding: 8px 10px; background: var(--wash); border-radius: 4px; white-space: pre-wrap;
  overflow-wrap: anywhere; }
table { border-collapse: collapse; } th, td { padding: 3px 10px 3px 0; text-align: left; vertical-align: top; }
th { font-weight: 600; color: var(--soft); } .n { text-align: right; font-variant-numeric: tabular-nums; }
.soft { color: var(--soft); } .warn { color: var(--warn); font-weight: 600; }
bdi { overflow-wrap: anywhere; }
"""

_PRINT = """
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --wash: #f4f4f4;
  --yes: #2f6fb5; --part: #8fb8e0; --no: #dd7a33; --none: #c3cad3; --warn: #8a3500; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } body { padding: 0; font-size: 11pt; }
  h2, h3 { break-after: avoid; } }
"""


def escape(text):
    """Text for HTML, also between quotation marks. What no reader can see, and could mislead one, shows as a square."""
    text = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", "\ufffd", html.escape(text))


def name(text):
    """A person's name: no script of its own can turn what stands beside it."""
    return f"<bdi>{escape(text)}</bdi>"


def prose(text):
    """A message as HTML: what stands in `backquotes` is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def words(name):
    """A name of the course as a person writes it: "slope_missing" as "slope missing"."""
    return name.replace("_", " ")


def page(title, body, style=""):
    """A whole page. title: plain text; body: HTML; style: further CSS."""
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title><style>{_STYLE}{style}{_PRINT}</style></head><body>
{body}
</body></html>
"""
