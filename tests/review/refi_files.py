"""REFI-QDA files for tests: exports that somebody worked in, and files as each tool writes them."""

import uuid
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from lxml import etree
from review_examples import MODEL

from nlp_pipeline.exchange import ExportOptions, Known
from nlp_pipeline.review.refi_qda import read, write
from nlp_pipeline.review.refi_qda.codes import code_guid, mark_guid

SHARED = Path(__file__).parents[3] / "shared" / "refi"
NOON = "2026-03-04T12:00:00+01:00"
NS = "{urn:QDA-XML:project:1.0}"
MODEL_NAME = f"nlp-pipeline ({MODEL})"


def new_guid():
    return str(uuid.uuid4())


def known(results):
    return Known(
        transcripts=results.transcripts, passages=results.passages, codebook=results.codebook
    )


def export(results, path, decisions=(), **options):
    attributes = options.pop("attributes", None)
    chosen = ExportOptions(created_at=NOON, **options)
    write(results, decisions, path, options=chosen, attributes=attributes)
    return path


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path, content):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


class Work:
    """An exported project in the hands of a reviewer."""

    def __init__(self, path):
        self.path = path
        self.parts = parts(path)
        self.root = etree.fromstring(self.parts["project.qde"])

    def users(self):
        return {user.get("name"): user.get("guid") for user in self.root.iter(f"{NS}User")}

    def user(self, name):
        if name not in self.users():
            users = self.root.find(f"{NS}Users")
            etree.SubElement(users, f"{NS}User", guid=new_guid(), name=name)
        return self.users()[name]

    def source(self, number=0):
        return self.root.findall(f".//{NS}TextSource")[number]

    def delete(self, passage, code=None, *, user=MODEL_NAME):
        """Delete a user's coding of one code, or all of them, at a passage."""
        own = self.users()[user]
        count = 0
        for selection in list(self.root.iter(f"{NS}PlainTextSelection")):
            place = (int(selection.get("startPosition")), int(selection.get("endPosition")))
            if place != (passage.start, passage.end) or selection.get("creatingUser") != own:
                continue
            for coding in selection.findall(f"{NS}Coding"):
                if code is None or coding[0].get("targetGUID") == code_guid(code):
                    selection.remove(coding)
                    count += 1
            if selection.find(f"{NS}Coding") is None:
                selection.getparent().remove(selection)
        assert count, "there was nothing to delete"

    def add(self, start, end, code, *, user, source=0, note="", created="2026-03-05T09:00:00Z"):
        """Code a stretch as a user; None is the mark of a stretch that was seen."""
        own = self.user(user)
        place = {"startPosition": str(start), "endPosition": str(end)}
        selection = etree.Element(
            f"{NS}PlainTextSelection", guid=new_guid(), creatingUser=own, **place
        )
        if note:
            etree.SubElement(selection, f"{NS}Description").text = note
        coding = etree.SubElement(
            selection, f"{NS}Coding", guid=new_guid(), creatingUser=own, creationDateTime=created
        )
        target = mark_guid("seen") if code is None else code_guid(code)
        etree.SubElement(coding, f"{NS}CodeRef", targetGUID=target)
        parent = self.source(source)
        first = parent.find(f"{NS}VariableValue")
        parent.insert(len(parent) if first is None else parent.index(first), selection)

    def save(self):
        self.parts["project.qde"] = etree.tostring(self.root, encoding="UTF-8")
        return pack(self.path, self.parts)

    def read(self, results):
        return read(self.save(), known(results))


def decided(review):
    """Return what was found as comparable facts, in a fixed order."""
    facts = [(f.start, f.end, f.code or "", str(f.verdict), f.coder) for f in review.found]
    return sorted(facts)


def position(raw, place, *, utf16, crlf_is_two, counts_mark=False):
    """Return how a tool counts a place in a text; ``place`` counts code points, LF and no mark."""
    units, left = (1 if counts_mark and raw.startswith("\ufeff") else 0), place
    index = 1 if raw.startswith("\ufeff") else 0
    while left:
        step = 2 if raw.startswith("\r\n", index) else 1
        wide = utf16 and ord(raw[index]) > 0xFFFF
        units += 2 if wide or (step == 2 and crlf_is_two) else 1
        index += step
        left -= 1
    return units


def tool_qde(sources, *, origin, codes, users=(("u1", "Anna"),), more="", content=False):
    """Return a .qde; ``sources`` are (name, path, [(start, end, code name, title), ...])."""
    ids = {code: new_guid() for path in codes for code in path}
    people = {key: (new_guid(), name) for key, name in users}
    own = next((guid for guid, _ in people.values()), "")
    text = "".join(f'<User guid="{guid}" name="{name}"/>' for guid, name in people.values())
    book = "".join(_nested(path, ids) for path in codes)
    body = ""
    for name, path, selections in sources:
        inner = ""
        for start, end, code, title in selections:
            coding = f'<Coding guid="{new_guid()}"><CodeRef targetGUID="{ids[code]}"/></Coding>'
            inner += (
                f'<PlainTextSelection guid="{new_guid()}" name={quoteattr(title)} '
                f'startPosition="{start}" endPosition="{end}" creatingUser="{own}">'
                f"{coding}</PlainTextSelection>"
            )
        where = f"plainTextPath={quoteattr(path)}" if not content else ""
        words = f"<PlainTextContent>{escape(path)}</PlainTextContent>" if content else ""
        body += f'<TextSource guid="{new_guid()}" name={quoteattr(name)} {where}>'
        body += f"{words}{inner}</TextSource>"
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="{origin}">'
        + (f"<Users>{text}</Users>" if text else "")
        + (f"<CodeBook><Codes>{book}</Codes></CodeBook>" if book else "<CodeBook/>")
        + (f"<Sources>{body}</Sources>" if body else "")
        + f"{more}</Project>"
    )


def _nested(path, ids):
    head, *rest = path
    inner = _nested(rest, ids) if rest else ""
    return f'<Code guid="{ids[head]}" name={quoteattr(head)} isCodable="true">{inner}</Code>'
