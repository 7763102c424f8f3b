"""Mixture trees: the source of a mixture in a folder, with the data that it is given put in place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from cuvee.codecs.content import digest_file
from cuvee.codecs.plain import decode_plain
from cuvee.compare.sources import Sources
from cuvee.errors import ParameterError
from cuvee.model.artifact import Artifact, Part
from cuvee.model.attribution import Ingredient
from cuvee.model.directory import Directory
from cuvee.model.mixture import GivenAgain
from cuvee.model.record import Argued
from cuvee.operations.session import Session
from cuvee.perform.unpack import unpack

# A larger file is put in place by a link, not by a copy.
_COPIED = 16 << 20

Choice = frozenset[int]
"""The ingredients of source that are taken from the second run."""


def python_texts(folder: Path) -> dict[str, str]:
    """The Python files below a folder, by their path in it, as text byte for byte."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8", "surrogateescape")
        for path in sorted(folder.rglob("*.py"))
        if path.is_file()
    }


class MixtureTrees:
    """Makes folders in `place` out of the sources in `folders`. What is `lent`, by its path in the project,
    lies there still as both runs met it, and was too large to be kept with the source."""

    def __init__(
        self,
        session: Session,
        place: Path,
        folders: tuple[Path, Path],
        sources: Sources,
        found: Collection[Ingredient],
        lent: Collection[str] = (),
    ) -> None:
        self._session = session
        self._lent = lent
        self._place = place
        self._folders = dict(zip("ab", folders, strict=True))
        self._sources = sources
        self._ingredients = list(found)
        self.of_source = frozenset(at for at, each in enumerate(found) if each.pieces or each.files)
        self._made: dict[Choice, Path] = {}
        self._lying: dict[Path, bytes] = {}

    def choice(self, taken: Collection[int]) -> Choice:
        """What of a mixture is source: mixtures that agree in it share a tree."""
        return self.of_source.intersection(taken)

    def tree(self, choice: Choice) -> Path:
        """The folder with this source, made when it is first asked for."""
        if choice not in self._made:
            folder = self._place / f"tree-{len(self._made)}"
            self._write(choice, folder)
            for path in self._lent:
                self._lend(self._session.root / path, folder / path)
            self._made[choice] = folder
        return self._made[choice]

    def put(self, folder: Path, argued: Argued) -> GivenAgain:
        """Lay the file or folder that a run was given where it lay in the project; as an argument again.

        Raises ParameterError where its content is not to be had any more."""
        artifact = argued.artifact
        assert artifact is not None
        form = "directory" if artifact.codec == "directory" else "file"
        by = decode_plain(artifact.meta)[0]
        path = Path(os.path.normpath(folder / argued.text))
        if path.is_relative_to(folder):
            if self._lying.get(path) != artifact.digest:
                self._lay(artifact, argued, path)
                self._lying[path] = artifact.digest
        else:
            self._require_unchanged(artifact, argued, path)
        return GivenAgain(argued.name, form, path=argued.text, by=by)  # type: ignore[arg-type]

    # Source.

    def _write(self, choice: Choice, folder: Path) -> None:
        if not choice or choice == self.of_source:
            shutil.copytree(self._folders["b" if choice else "a"], folder, symlinks=True)
            return
        shutil.copytree(self._folders["a"], folder, symlinks=True)
        shutil.copytree(self._folders["b"], folder, symlinks=True, dirs_exist_ok=True)
        for path, text in self._mixed_texts(choice):
            target = folder / path
            target.write_bytes(text.encode("utf-8", "surrogateescape"))
        for at in self.of_source - choice:
            for path in self._ingredients[at].files:
                shutil.copyfile(self._folders["a"] / path, folder / path)

    def _mixed_texts(self, choice: Choice) -> Iterator[tuple[str, str]]:
        chosen = [piece for at in choice for piece in self._ingredients[at].pieces]
        of_changes = {piece for at in self.of_source for piece in self._ingredients[at].pieces}
        for path, versions in self._sources.files.items():
            if not versions.pieces or "" in versions.texts.values():
                continue  # equal in both, or a file that one alone has
            neutral = [each.names for each in versions.pieces if each.separate and each.id not in of_changes]
            taken = [names for file, names in chosen if file == path]
            yield path, versions.mixed([*taken, *neutral])

    # Data.

    def _lend(self, source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.stat().st_size <= _COPIED:
            shutil.copyfile(source, target)
        else:
            target.symlink_to(source)

    def _lay(self, artifact: Artifact, argued: Argued, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        if artifact.codec == "directory":
            self._lay_folder(artifact, argued, path)
            return
        (part,) = artifact.parts
        self._lay_file(part, argued, path)

    def _lay_file(self, part: Part, argued: Argued, path: Path) -> None:
        if part.inline is not None:
            path.write_bytes(part.inline)
        elif self._session.blobs.present(part.digest, part.size):
            self._session.blobs.copy(part.digest, path)
        elif part.source and _has_content(Path(part.source), part):
            if part.size <= _COPIED:
                shutil.copyfile(part.source, path)
            else:
                path.symlink_to(part.source)
        else:
            raise _gone(argued)

    def _lay_folder(self, artifact: Artifact, argued: Argued, path: Path) -> None:
        scratch = self._place / "folders"
        found = unpack(artifact, self._session.blobs, scratch)
        assert isinstance(found, Directory)
        if Path(found.path).is_relative_to(scratch):
            shutil.move(found.path, path)
        else:
            shutil.copytree(found.path, path, symlinks=True)

    def _require_unchanged(self, artifact: Artifact, argued: Argued, path: Path) -> None:
        parts: Mapping[str, Part] = {part.name: part for part in artifact.parts}
        whole = all(part.source and _has_content(Path(part.source), part) for part in parts.values())
        if not whole:
            raise ParameterError(
                f"{argued.name} was {argued.text}, which lies outside of the project and is not what it was: "
                "a mixture cannot be given another content there. Put such data into the project's folder"
            )


def _has_content(path: Path, part: Part) -> bool:
    try:
        return path.stat().st_size == part.size and digest_file(path)[0] == part.digest
    except OSError:
        return False


def _gone(argued: Argued) -> ParameterError:
    return ParameterError(
        f"{argued.name} was {argued.text}, whose content then was not kept and is another by now: "
        "raise the setting keep_inputs, and run again"
    )
