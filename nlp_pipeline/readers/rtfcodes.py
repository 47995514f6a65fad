"""Control words and character sets of RTF."""

import codecs

CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "page": "\n",
    "column": "\n",
    "emdash": "—",
    "endash": "–",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
}
"""Control words that stand for one character."""

DESTINATIONS = frozenset(
    {
        *("fonttbl", "colortbl", "stylesheet", "info", "listtable", "listoverridetable"),
        *("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        *("footnote", "annotation", "pict", "object", "fldinst", "themedata", "datastore"),
        *("latentstyles", "xmlnstbl", "rsidtbl", "generator", "shpinst", "nonshppict", "pntext"),
        *("bkmkstart", "bkmkend", "listtext", "nonesttables", "filetbl", "revtbl", "xe", "tc"),
    }
)
"""Groups that begin with one of these hold no running text."""

_CHARSETS = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gbk",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}


def code_page(charset: int, page: int | None = None) -> str:
    """Return the Python name of a font's character set or of a document's code page.

    >>> code_page(238), code_page(0, 1252), code_page(0, 65001)
    ('cp1250', 'cp1252', 'utf-8')
    """
    if page is None:
        return _CHARSETS.get(charset, "cp1252")
    name = {65001: "utf-8", 10000: "mac_roman"}.get(page, f"cp{page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
