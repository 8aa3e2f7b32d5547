"""The program's text in the reader's language, its nouns in the district's words: `gettext` for Python, a template
library `i18n` for pages. Both are Django's own with the nouns filled in.
"""

from __future__ import annotations

from django import template
from django.templatetags import i18n
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as of_catalogue

from huying.declare import nouns

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


def gettext(message: str) -> str:
    """A msgid in the reader's language."""
    return _filled(of_catalogue(message))


def _filled(text: str) -> str:
    filled = nouns.fill(text, get_language() or "zh")
    return SafeString(filled) if isinstance(text, SafeString) else filled


class Filled(template.Node):
    """A translating tag whose text has its nouns filled in; a word holds nothing that a page would have to escape."""

    def __init__(self, inner: i18n.TranslateNode | i18n.BlockTranslateNode):
        self.inner = inner

    def render(self, context: template.Context) -> str:
        text = self.inner.render(context)
        if name := self.inner.asvar:
            context[name] = _filled(context[name])
        return _filled(text)


@register.tag("translate")
def translate(parser: template.base.Parser, token: template.base.Token) -> Filled:
    return Filled(i18n.do_translate(parser, token))


@register.tag("blocktranslate")
def blocktranslate(parser: template.base.Parser, token: template.base.Token) -> Filled:
    return Filled(i18n.do_block_translate(parser, token))
