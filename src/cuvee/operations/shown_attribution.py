"""An attribution as Python hands it out: sentences at a prompt, a table in a notebook."""

from __future__ import annotations

from cuvee.compare.attribution_words import chance_text, finding_text, sentence, unmixed_text
from cuvee.model.attribution import Attribution


class ShownAttribution(Attribution, frozen=True):
    """How much of each metric's difference each change did: `summary`, `metrics`, `plan`, `mixtures`."""

    @property
    def summary(self) -> str:
        """A sentence for each metric, a line each."""
        return "\n".join(sentence(shares, self) for shares in self.metrics)

    def _repr_html_(self) -> str:
        from cuvee.operations.html import attribution_html  # for notebooks only

        return attribution_html(self, remarks(self))

    def __repr__(self) -> str:
        lines = [f"<from run {self.plan.a} to run {self.plan.b}: {self.summary}"]
        lines += [f"  {text}" for text in remarks(self)]
        return "\n".join(lines) + ">"


def remarks(found: Attribution) -> list[str]:
    """What has to be known beside the shares."""
    told = [finding_text(finding, found) for finding in found.findings]
    told += [unmixed_text(text) for text in found.plan.unmixed]
    return [*told, *([] if found.plan.repeats == 1 else filter(None, [chance_text(found)]))]


def shown_attribution(found: Attribution) -> ShownAttribution:
    """The same attribution, as Python hands it out."""
    return ShownAttribution(*(getattr(found, name) for name in found.__struct_fields__))
