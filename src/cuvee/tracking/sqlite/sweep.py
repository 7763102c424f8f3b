"""The sweep: deleting what nothing on record needs any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from cuvee.model.digest import Digest
from cuvee.tracking.sqlite.connection import Database
from cuvee.tracking.sqlite.results import SHAPE, references_of
from cuvee.tracking.sqlite.trees import BODY, NODE, Body
from cuvee.tracking.sqlite.wire import read_components, sources_named

_SWEEP = """
CREATE TEMP TABLE kept (artifact BLOB PRIMARY KEY) WITHOUT ROWID;
INSERT INTO kept
WITH RECURSIVE needed (artifact) AS (
    SELECT artifact FROM entry WHERE value IS NULL UNION SELECT artifact FROM entry_figure
    UNION SELECT artifact FROM call WHERE artifact IS NOT NULL AND value IS NULL
    UNION SELECT artifact FROM call_figure
    UNION SELECT artifact FROM run_parameter WHERE artifact IS NOT NULL
    UNION SELECT artifact FROM run_given
    UNION SELECT artifact FROM run_result
    UNION SELECT artifact FROM run_snapshot
    UNION SELECT child FROM needed JOIN artifact_child ON parent = needed.artifact
) SELECT artifact FROM needed;
DELETE FROM artifact WHERE digest NOT IN kept;
DELETE FROM artifact_child WHERE parent NOT IN kept;
DELETE FROM artifact_blob WHERE artifact NOT IN kept;
DELETE FROM ledger WHERE digest NOT IN (SELECT ledger FROM run_ledger);
DELETE FROM versions WHERE digest NOT IN (SELECT versions FROM run);
DROP TABLE kept;
"""

# What a file came to is known anew by reading it: of files that were not read for so long, most are gone.
_FILES_KNOWN_SECONDS = 90 * 86400
_FORGET_FILES = "DELETE FROM known_file WHERE seen < unixepoch() - ?"

# Values as they stand on record: by digest, and written out where they are short.
_VALUES = """
SELECT artifact, value FROM entry UNION ALL SELECT artifact, value FROM entry_figure
UNION ALL SELECT artifact, value FROM call WHERE artifact IS NOT NULL
UNION ALL SELECT artifact, value FROM call_figure
UNION ALL SELECT artifact, value FROM run_parameter WHERE artifact IS NOT NULL
UNION ALL SELECT artifact, value FROM run_given
"""
_RESULTS = "SELECT result FROM run WHERE result IS NOT NULL"
_BODIES = "SELECT digest, body FROM artifact"
_COMPONENTS = "SELECT DISTINCT components FROM call"

_PROFILED = "SELECT artifact FROM profile"
_DROP_PROFILE = "DELETE FROM profile WHERE artifact = ?"
_LEDGERS = "SELECT items FROM ledger"
_SOURCES = "SELECT digest FROM source"
_DROP_SOURCE = "DELETE FROM source WHERE digest = ?"


def sweep(database: Database) -> None:
    """Delete values, fingerprints, versions, profiles and sources that nothing on record names, and what is
    known of files that were not read for 90 days, in a transaction of the caller's.
    """
    database.script(_SWEEP)
    database.execute(_FORGET_FILES, (_FILES_KNOWN_SECONDS,))
    _drop_unless(database, _PROFILED, set(_looked_at(database)), _DROP_PROFILE)
    named: set[Digest] = set()
    for (items,) in database.execute(_LEDGERS):
        named.update(_readable(sources_named, items))
    _drop_unless(database, _SOURCES, named, _DROP_SOURCE)


def _drop_unless(database: Database, known: str, named: set[Digest], drop: str) -> None:
    database.each(drop, [row for row in database.execute(known).fetchall() if row[0] not in named])


def _looked_at(database: Database) -> Iterator[Digest]:
    """The digests of all values that are on record, of their elements, and of what keys depend on."""
    for digest, value in database.execute(_VALUES):
        yield digest
        if value is not None:
            yield from _readable(_elements_of_node, value)
    for digest, body in database.execute(_BODIES):
        yield digest
        yield from _readable(_elements_of_body, body)
    for (result,) in database.execute(_RESULTS):
        yield from _readable(_in_result, result)
    for (components,) in database.execute(_COMPONENTS):
        yield from _readable(_depended_on, components)


def _elements_of_node(data: bytes) -> Iterator[Digest]:
    return _elements(NODE.decode(data).body)


def _elements_of_body(data: bytes) -> Iterator[Digest]:
    return _elements(BODY.decode(data))


def _elements(body: Body) -> Iterator[Digest]:
    for _, digest, node in body.children:
        yield digest
        if node is not None:
            yield from _elements(node.body)


def _in_result(data: bytes) -> Iterator[Digest]:
    for digest, value in references_of(SHAPE.decode(data)):
        yield digest
        if value is not None:
            yield from _elements_of_node(value)


def _depended_on(data: bytes) -> Iterator[Digest]:
    return (component.digest for component in read_components(data))


def _readable(digests_in: Callable[[bytes], Iterator[Digest]], data: bytes | None) -> list[Digest]:
    """The digests in something that is on record; none if it is altered: then nobody can read them there.

    What is never NULL by the schema is NULL in a page of zeros.
    """
    if data is None:
        return []
    try:
        return list(digests_in(data))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
