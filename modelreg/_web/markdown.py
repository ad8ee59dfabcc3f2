"""Model cards as HTML: Markdown without HTML, with images as links and links to the web only."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

from modelreg._views.visible_text import visible

#: Characters of a card that are shown.
LONGEST_CARD = 100_000
_SCHEMES = frozenset({"http", "https", "mailto"})
_REL = "noreferrer noopener nofollow"
# A card stands below a heading of the page of the second level.
_DEEPER = 2


def card(text: str) -> Markup:
    """Return a card as HTML; whatever stands in it, nothing runs and nothing is loaded.

    Args:
        text: The card, in Markdown.
    """
    shown = visible(text[:LONGEST_CARD], lines=True)
    # What the renderer returns is made of escaped text and the elements of Markdown: HTML in a card is text to it.
    html = Markup(_PARSER.render(shown))
    if len(text) > LONGEST_CARD:
        html += Markup('<p class="note">{}</p>').format(f"The first {LONGEST_CARD} of {len(text)} characters.")
    return html


def is_web(address: str) -> bool:
    """Return whether an address is one of the web, or of mail, in full."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.netloc or parts.scheme == "mailto")


class _CardParser(MarkdownIt):
    """Markdown as cards have it."""

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Return whether a link may be one; others stay text."""
        return is_web(url)


def _image(
    _renderer: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: MutableMapping[str, Any]
) -> str:
    """Render an image as a link to it, because nothing is loaded from elsewhere."""
    token = tokens[at]
    label = token.content or "image"
    if _in_link(tokens, at):
        return str(escape(label))
    source = str(token.attrGet("src") or "")
    return str(Markup('<a class="image" rel="{}" href="{}">{}</a>').format(_REL, source, label))


def _in_link(tokens: Sequence[Token], at: int) -> bool:
    return sum(token.nesting for token in tokens[:at] if token.type in ("link_open", "link_close")) > 0


def _settle(state: Any) -> None:
    """Move headings below the page's, and leave out attributes that the page's policy forbids."""
    for token in _every(state.tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _DEEPER)}"
        elif token.type == "link_open":
            token.attrSet("rel", _REL)
        style = token.attrs.pop("style", None)
        if style:
            token.attrSet("class", str(style).replace("text-align:", "to-"))


def _every(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _every(token.children or ())


def _parser() -> MarkdownIt:
    parser = _CardParser("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _image)
    parser.core.ruler.push("settle", _settle)
    return parser


_PARSER = _parser()
