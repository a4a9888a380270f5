"""What catalogues read of a series: a schema.org Dataset for search engines, and DCAT for data.gouv.fr and its like.

Addresses are relative to the file itself, as JSON-LD has them: a series says the same wherever it is served.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from boucle.core.release.model import Release
from boucle.core.study.model import Study
from boucle.languages.catalogues import in_language
from boucle.pages.common.markup import to_plain_text

LICENCE_ADDRESS = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
TYPES = {"csv": "text/csv", "json": "application/json"}


@dataclass(frozen=True)
class Metadata:
    """The metadata of one release."""

    study: Study
    release: Release
    tables: Mapping[str, bytes]

    def render_files(self) -> dict[str, bytes]:
        """By name."""
        return {"dataset.jsonld": _to_json(self._build_dataset()), "dcat.jsonld": _to_json(self._build_dcat())}

    @property
    def _title(self) -> str:
        audience = self.study.audiences.get(self.release.series.questionnaire)
        return f"{self._plain_text_of(self.study.title)} — {self._plain_text_of(audience)}"

    def _plain_text_of(self, text: Mapping[str, str] | None) -> str:
        return to_plain_text(in_language(text, self.study.languages[0]))

    def _list_distributions(self) -> Iterator[tuple[str, str]]:
        """The name and the kind of each file."""
        yield from ((name, "csv") for name in self.tables)
        yield "latest.json", "json"

    def _build_dataset(self) -> dict[str, object]:
        release = self.release
        return {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "@id": "dataset.jsonld",
            "name": self._title,
            "description": self._plain_text_of(self.study.description),
            "inLanguage": self.study.languages[0],
            "version": str(release.number),
            "dateModified": release.date.isoformat(),
            "license": LICENCE_ADDRESS,
            "isAccessibleForFree": True,
            "creativeWorkStatus": "demonstration" if release.demonstration else "published",
            "creator": {"@type": "Organization", "name": self.study.controller.name},
            "measurementTechnique": "Self-administered survey; counts protected with discrete Laplace noise",
            "distribution": [
                {"@type": "DataDownload", "name": name, "contentUrl": name, "encodingFormat": TYPES[kind]}
                for name, kind in self._list_distributions()
            ],
        }

    def _build_dcat(self) -> dict[str, object]:
        release = self.release
        wave = self.study.waves_by_id[release.series.wave]
        language = self.study.languages[0]
        return {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
                "adms": "http://www.w3.org/ns/adms#",
            },
            "@id": "dcat.jsonld",
            "@type": "dcat:Dataset",
            "dct:identifier": str(release.series),
            "dct:title": {"@language": language, "@value": self._title},
            "dct:description": {"@language": language, "@value": self._plain_text_of(self.study.description)},
            "dct:modified": _make_date(release.date.isoformat()),
            "dct:temporal": {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": _make_date(wave.opens.isoformat()),
                "dcat:endDate": _make_date(wave.closes.isoformat()),
            },
            "dct:license": {"@id": LICENCE_ADDRESS},
            "dct:publisher": {"@type": "foaf:Organization", "foaf:name": self.study.controller.name},
            "dcat:version": str(release.number),
            "adms:status": "demonstration" if release.demonstration else "published",
            "dcat:distribution": [
                {
                    "@type": "dcat:Distribution",
                    "dct:title": name,
                    "dct:license": {"@id": LICENCE_ADDRESS},
                    "dcat:downloadURL": {"@id": name},
                    "dcat:accessURL": {"@id": name},
                    "dcat:mediaType": {"@id": f"http://www.iana.org/assignments/media-types/{TYPES[kind]}"},
                }
                for name, kind in self._list_distributions()
            ],
        }


def _make_date(day: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": day}


def _to_json(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
