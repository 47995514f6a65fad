"""Projects as QualCoder and Taguette keep them, made here in the shape of their public source."""

import json
import sqlite3
from contextlib import closing

from nlp_pipeline.exchange import Known
from nlp_pipeline.review.outside.columns import Columns

QUALCODER = """
CREATE TABLE project (databaseversion text, date text, memo text, about text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text,
    owner text, date text, av_text_id integer, risid integer, unique(name));
CREATE TABLE code_image (imid integer primary key, id integer, x1 integer, cid integer, owner text);
CREATE TABLE code_av (avid integer primary key, id integer, pos0 integer, cid integer, owner text);
CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, memo text);
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text,
    supercatid integer, unique(name));
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text,
    pos0 integer, pos1 integer, owner text, date text, memo text, avid integer, important integer,
    unique(cid, fid, pos0, pos1, owner));
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text,
    date text, color text, supercid integer, unique(name));
"""

TAGUETTE = """
CREATE TABLE projects (id INTEGER PRIMARY KEY, name VARCHAR(200), description TEXT);
CREATE TABLE documents (id INTEGER PRIMARY KEY, name VARCHAR(200), description TEXT,
    filename VARCHAR(200), created DATETIME, project_id INTEGER, text_direction VARCHAR(13),
    contents TEXT);
CREATE TABLE commands (id INTEGER PRIMARY KEY, date DATETIME, user_login VARCHAR(30),
    project_id INTEGER, document_id INTEGER, payload TEXT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, project_id INTEGER, path VARCHAR(200), description TEXT);
CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER, start_offset INTEGER,
    end_offset INTEGER, snippet TEXT);
CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);
"""


def known(results):
    return Known(
        transcripts=results.transcripts, passages=results.passages, codebook=results.codebook
    )


def own_columns(mapping):
    return Columns(mapping=mapping, listed=frozenset(mapping.columns))


def said(review):
    """Return what was found as comparable facts: coder, words, code and verdict."""
    return sorted((f.coder, f.quote, f.code or "", f.verdict.value) for f in review.found)


def reasons(review):
    return [(left.place, left.reason) for left in review.not_taken]


def utf16(text, at):
    return len(text[:at].encode("utf-16-le")) // 2


def fill(path, schema, rows):
    """Write a database; ``rows`` are a table, its columns, and the values of each row."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(schema)
        for table, columns, values in rows:
            marks = ", ".join("?" * len(columns.split()))
            names = ", ".join(columns.split())
            database.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
        database.commit()
    return path


def qualcoder(folder, sources, codings, codes=(), categories=(), more=()):
    """Write a project folder.

    ``sources`` are (id, name, text); ``codings`` (id, code, source, words, from, to, owner, memo);
    ``codes`` (id, name, category, code above); ``categories`` (id, name, category above).
    """
    folder.mkdir()
    coded = [(*c[:7], "2024-05-31 12:00:00", c[7] if len(c) > 7 else "") for c in codings]
    rows = [
        ("source", "id name fulltext", sources),
        ("code_cat", "catid name supercatid", categories),
        ("code_name", "cid name catid supercid", codes),
        ("code_text", "ctid cid fid seltext pos0 pos1 owner date memo", coded),
        *more,
    ]
    fill(folder / "data.qda", QUALCODER, rows)
    return folder


def taguette(path, documents, tags, highlights, makers=()):
    """Write a database.

    ``documents`` are (id, name, file, html); ``tags`` (id, path); ``highlights`` (id, document,
    from, to, html, tags); ``makers`` (highlight, login).
    """
    commands = [
        (login, "2024-05-31 10:00:00.000000", json.dumps({"type": kind, "highlight_id": own}))
        for own, login in makers
        for kind in ("highlight_add",)
    ]
    rows = [
        ("documents", "id name filename contents", documents),
        ("tags", "id path", tags),
        (
            "highlights",
            "id document_id start_offset end_offset snippet",
            [h[:5] for h in highlights],
        ),
        ("highlight_tags", "highlight_id tag_id", [(h[0], t) for h in highlights for t in h[5]]),
        ("commands", "user_login date payload", commands),
    ]
    return fill(path, TAGUETTE, rows)
