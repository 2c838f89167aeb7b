"""careers-qa widget-tag."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha384
from html import escape

import click


@click.command("widget-tag")
@click.argument("server")
@click.option("--title", help="Heading of the widget.")
@click.option("--frame", is_flag=True, help="Open the whole chat page in a frame instead.")
def widget_tag(server: str, title: str | None, frame: bool) -> None:
    """Print the tag that puts the widget into a page, with its integrity hash.

    SERVER is the assistant's public address. Print the tag again after an
    upgrade: a browser refuses a script whose hash isn't the tag's.

    \b
    careers-qa widget-tag https://assistant.example --title "Ask our guides"
    """
    from qa.errors import ConfigError
    from qa.server.static_files import static, version_of

    if not server.startswith(("https://", "http://")):
        raise ConfigError(f"{server} isn't a web address: give the assistant's, such as https://assistant.example.")
    widget = static("widget.js")
    digest = b64encode(sha384(widget).digest()).decode()
    attributes = {
        "src": f"{server.rstrip('/')}/widget.js?v={version_of(widget)}",
        "integrity": f"sha384-{digest}",
        "crossorigin": "anonymous",
    }
    if title:
        attributes["data-title"] = title
    if frame:
        attributes["data-mode"] = "frame"
    written = " ".join(f'{name}="{escape(value, quote=True)}"' for name, value in attributes.items())
    click.echo(f"<script {written} async></script>")
