"""Shows the charts in what older versions of nbconvert make:

    jupyter nbconvert --config notebooks/nbconvert_config.py --to html notebooks/07-vanishing-and-exploding-gradients.ipynb

nbconvert 6.5.1 to 7.6 (Debian 12 has 6.5.3) pass SVG pictures through a cleaner for HTML, which removes every shape and leaves a
blank, whoever made the picture. Later versions embed it in an <img> and need no configuration; this does the same for the earlier.
"""
import base64

from nbconvert.exporters import templateexporter

_clean = templateexporter.default_filters["clean_html"]


def clean_html(value):
    text = value.decode("utf-8") if isinstance(value, bytes) else value
    if not text.lstrip().startswith("<svg"):
        return _clean(value)
    return '<img src="data:image/svg+xml;base64,%s">' % base64.b64encode(text.encode("utf-8")).decode("ascii")


c = get_config()  # noqa: F821, given by traitlets
c.TemplateExporter.filters = {"clean_html": clean_html}
