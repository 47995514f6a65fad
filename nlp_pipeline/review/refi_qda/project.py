"""The XML of a REFI-QDA project, with its children in the order of the schema."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from lxml import etree

from nlp_pipeline import __version__
from nlp_pipeline.exchange import ExportOptions
from nlp_pipeline.records import Coding, Transcript
from nlp_pipeline.review.clean import printable
from nlp_pipeline.review.refi_qda.codes import add_marks, to_codes
from nlp_pipeline.review.refi_qda.names import PROGRAM, PROJECT, guid, model_user, source_names
from nlp_pipeline.review.refi_qda.phrases import phrases
from nlp_pipeline.review.refi_qda.record import Record, earlier, stretch, to_line
from nlp_pipeline.review.refi_qda.selections import (
    Selection,
    in_order,
    of_model,
    of_people,
    to_be_coded,
    to_element,
)
from nlp_pipeline.review.refi_qda.texts import text_hash
from nlp_pipeline.review.results import Results

_TAG = f"{{{PROJECT}}}"


class Project:
    """One export: what goes where in ``project.qde``."""

    def __init__(
        self,
        results: Results,
        decisions: Sequence[Coding],
        *,
        options: ExportOptions,
        attributes: Mapping[str, Mapping[str, str]],
    ) -> None:
        """Gather what every part of the project refers to."""
        self._results = results
        self._decisions = decisions
        self._options = options
        self._word = phrases(options.language)
        self._model = "" if options.blind else results.model_id
        self._names = source_names(results.transcripts)
        self._created = _xml_time(options.created_at)
        # People come before the model: one tool makes the first user the one who works in it.
        coders = {options.coder, *(coding.coder for coding in decisions)} - {"", self._model}
        people = sorted(coders, key=lambda coder: (coder != options.coder, coder))
        self._users = {coder: guid("user", coder) for coder in people}
        self._users[self._model] = guid("model", self._model)
        self._attributes = {t.id: self._values(t, attributes) for t in results.transcripts}

    def to_element(self) -> etree._Element:
        """Return the whole project."""
        root = etree.Element(f"{_TAG}Project", nsmap={None: PROJECT})  # type: ignore[dict-item]
        root.set("name", printable(self._results.title) or PROGRAM)
        root.set("origin", f"{PROGRAM} {__version__}")
        root.set("creatingUserGUID", next(iter(self._users.values())))
        if self._created:
            root.set("creationDateTime", self._created)
        self._add_users(etree.SubElement(root, f"{_TAG}Users"))
        codes = to_codes(self._results.codebook, self._options.language, namespace=PROJECT)
        add_marks(codes, self._options.language, codebook=self._results.codebook)
        etree.SubElement(root, f"{_TAG}CodeBook").append(codes)
        if self._results.transcripts:
            self._add_variables(etree.SubElement(root, f"{_TAG}Variables"))
            self._add_cases(etree.SubElement(root, f"{_TAG}Cases"))
            sources = etree.SubElement(root, f"{_TAG}Sources")
            sources.extend([self._source(t) for t in self._results.transcripts])
        about = self._word["project_blind" if self._options.blind else "project"]
        etree.SubElement(root, f"{_TAG}Description").text = about
        return root

    def _add_users(self, parent: etree._Element) -> None:
        for user, own in self._users.items():
            name = model_user(user) if user == self._model else user
            etree.SubElement(parent, f"{_TAG}User", {"guid": own, "name": printable(name)})

    def _add_variables(self, parent: etree._Element) -> None:
        for name in sorted({name for values in self._attributes.values() for name in values}):
            own = {"guid": variable_guid(name), "name": printable(name), "typeOfVariable": "Text"}
            etree.SubElement(parent, f"{_TAG}Variable", own)

    def _add_cases(self, parent: etree._Element) -> None:
        for transcript in self._results.transcripts:
            own = {"guid": case_guid(transcript.id), "name": self._names[transcript.id]}
            case = etree.SubElement(parent, f"{_TAG}Case", own)
            case.extend(self._variable_values(transcript))
            source = {"targetGUID": guid("source", transcript.id)}
            etree.SubElement(case, f"{_TAG}SourceRef", source)

    def _variable_values(self, transcript: Transcript) -> list[etree._Element]:
        found = []
        for name, value in sorted(self._attributes[transcript.id].items()):
            element = etree.Element(f"{_TAG}VariableValue")
            etree.SubElement(element, f"{_TAG}VariableRef", {"targetGUID": variable_guid(name)})
            etree.SubElement(element, f"{_TAG}TextValue").text = printable(value)
            found.append(element)
        return found

    def _source(self, transcript: Transcript) -> etree._Element:
        own = guid("source", transcript.id)
        attributes = {
            "guid": own,
            "name": self._names[transcript.id],
            "plainTextPath": f"internal://{own}.txt",
            "creatingUser": self._users[self._model],
        }
        if self._created:
            attributes["creationDateTime"] = self._created
        source = etree.Element(f"{_TAG}TextSource", attributes)
        record = f"{self._word['record']}\n{to_line(self._record(transcript))}"
        etree.SubElement(source, f"{_TAG}Description").text = record
        for selection in in_order(self._selections(transcript)):
            source.append(to_element(selection, transcript, self._users))
        source.extend(self._variable_values(transcript))
        return source

    def _selections(self, transcript: Transcript) -> Iterator[Selection]:
        rows = self._results.by_transcript[transcript.id]
        if self._options.blind:
            yield from to_be_coded(rows, user=self._model)
        else:
            yield from of_model(rows, self._results.codebook, model=self._model)
        yield from of_people(self._decided(transcript))

    def _decided(self, transcript: Transcript) -> list[Coding]:
        return [coding for coding in self._decisions if coding.transcript_id == transcript.id]

    def _record(self, transcript: Transcript) -> Record:
        rows = self._results.by_transcript[transcript.id]
        return Record(
            transcript=transcript.id,
            text_sha256=text_hash(transcript.text),
            model_id=self._model,
            coder=self._options.coder,
            blind=self._options.blind,
            passages=tuple(stretch(row, blind=self._options.blind) for row in rows),
            decisions=tuple(earlier(coding) for coding in self._decided(transcript)),
        )

    def _values(
        self, transcript: Transcript, attributes: Mapping[str, Mapping[str, str]]
    ) -> Mapping[str, str]:
        values = {name: str(value) for name, value in attributes.get(transcript.id, {}).items()}
        return {self._word["language"]: transcript.language} | values


def variable_guid(name: str) -> str:
    """Return the GUID of a variable by its name."""
    return guid("variable", name)


def case_guid(transcript: str) -> str:
    """Return the GUID of the case that belongs to a transcript, by the id of the transcript."""
    return guid("case", transcript)


def _xml_time(moment: str) -> str:
    """Return a time in ISO 8601 as XML has it, in UTC, or "" if there is none."""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
