"""Who may frame a page in the cloud: any site a figure alone, nobody anything else; read from the template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from boucle.content.surveys import read_study
from boucle.core.addresses import EMBED_PREFIX
from boucle.pages.common import addresses
from boucle.pages.forms.renderer import PageRenderer
from support.builders import DEMONSTRATION, REPOSITORY, SURVEYS

TEMPLATE = REPOSITORY / "infra" / "template.yml"
RESOURCES: Mapping[str, Mapping[str, Any]] = yaml.safe_load(TEMPLATE.read_text("utf-8"))["Resources"]
DISTRIBUTION = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]


def test_figures_alone_may_be_framed_by_any_site_and_no_other_page_by_any() -> None:
    policies = {
        name: resource["Properties"]["ResponseHeadersPolicyConfig"]
        for name, resource in RESOURCES.items()
        if resource["Type"] == "AWS::CloudFront::ResponseHeadersPolicy"
    }
    framed, others = policies["FramedHeaders"], policies["SiteHeaders"]
    assert "FrameOptions" not in framed["SecurityHeadersConfig"]
    assert others["SecurityHeadersConfig"]["FrameOptions"] == {"FrameOption": "DENY", "Override": True}
    said = framed["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    assert said == {"Ref": "FramedSecurityPolicy"}
    paths = {
        behaviour["PathPattern"]: behaviour["ResponseHeadersPolicyId"]["Ref"]
        for behaviour in DISTRIBUTION["CacheBehaviors"]
        if "PathPattern" in behaviour
    }
    assert [path for path, policy in paths.items() if policy == "FramedHeaders"] == [f"{EMBED_PREFIX}*"]
    assert DISTRIBUTION["DefaultCacheBehavior"]["ResponseHeadersPolicyId"] == {"Ref": "SiteHeaders"}


def test_the_policy_of_figures_alone_differs_in_who_may_frame_them_only() -> None:
    framed, others = PageRenderer.csp_of_frames().split("; "), PageRenderer.csp().split("; ")
    assert set(framed) ^ set(others) == {"frame-ancestors *", "frame-ancestors 'none'"}


def test_every_figure_alone_stands_where_framing_is_allowed() -> None:
    study = read_study(SURVEYS / DEMONSTRATION)
    assert addresses.embed(study, "candidats-note", "fr").startswith(EMBED_PREFIX)
