"""The window's own help as pages of the manual: one text for both."""

from __future__ import annotations

import re

from fhgui.gui.help.topics import TOPICS, html_of

FOLDER = "window"
PICTURES = "pictures"


def topic_pages() -> dict[str, str]:
    """Return path → Markdown of every topic; its HTML is Markdown, too."""
    names = {topic.name for topic in TOPICS}
    return {
        f"{FOLDER}/{topic.name}.md": _page(topic.title, html_of(topic), names) for topic in TOPICS
    }


def _page(title: str, html: str, names: set[str]) -> str:
    """Return a page; Python-Markdown leaves blocks of HTML alone, links to pages included."""
    body = re.sub(r"^<h1>.*?</h1>", "", html, count=1)
    shown = rf'<img src="../{PICTURES}/\1-light.png" alt="{title}">'
    body = re.sub(r'<img src="(\w+)\.png">', shown, body)
    for name in names:
        body = body.replace(f'<a href="{name}">', f'<a href="{name}.html">')
    body = re.sub(r"<table cellpadding='3'>", "<table class='keys'>", body)
    head = f"---\ntitle: {title}\n---\n\n# {title}\n\n"
    return f"{head}<div class='topic'>\n{body}\n</div>\n"
