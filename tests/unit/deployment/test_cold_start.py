"""What makes the web's function start quickly: an excerpt of botocore's data, and modules that are imported later."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from boucle.amazon.postponed import postpone_imports
from boucle.amazon.web_clients import OPERATIONS, WebClients
from boucle.core.ports import KeyInWave
from boucle.deployment.excerpt import trim_model, write_excerpt
from boucle.storage.dynamodb_store.stores import DynamoResponseStore
from boucle.storage.dynamodb_store.tables import Tables, build_table_definitions
from support.amazon_benches import make_session, moto_dynamodb
from support.builders import REPOSITORY
from support.submissions import new_response, new_text

OTHERS = {"kms", "logs"}
"""Services that the role names for Amazon to call: the table's key, and Lambda's own log."""


RIGHTS_OF_A_TRANSACTION = {"TransactWriteItems": ("PutItem", "ConditionCheckItem")}
"""It has none of its own: it needs those of its parts."""


def test_the_excerpt_holds_what_the_role_of_the_api_may_do_and_no_more() -> None:
    template = yaml.safe_load((REPOSITORY / "infra" / "template.yml").read_text("utf-8"))
    [policy] = template["Resources"]["ApiRole"]["Properties"]["Policies"]
    allowed = {
        action
        for statement in policy["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        if action.split(":")[0] not in OTHERS
    }
    needed = {
        f"{service}:{right}"
        for service, names in OPERATIONS.items()
        for name in names
        for right in RIGHTS_OF_A_TRANSACTION.get(name, (name,))
    }
    assert needed == allowed


def test_a_trimmed_model_speaks_of_nothing_that_it_lacks() -> None:
    whole = Loader().load_service_model("dynamodb", "service-2")
    small = trim_model(whole, OPERATIONS["dynamodb"])
    assert set(small["operations"]) == set(OPERATIONS["dynamodb"])
    assert {"AttributeValue", "ConditionalCheckFailedException"} <= set(small["shapes"])
    assert len(json.dumps(small)) < len(json.dumps(whole)) / 8


@pytest.mark.slow
def test_the_webs_clients_store_read_and_withdraw_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against moto; the acceptance tests of the package use them against DynamoDB Local."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    tables = Tables.with_prefix(f"boucle-{uuid4().hex}")
    for definition in build_table_definitions(tables):
        moto_dynamodb().create_table(**definition)
    make_session().client("secretsmanager").create_secret(Name=tables.days, SecretString="a secret of this test")
    write_excerpt(tmp_path)
    clients = WebClients(tmp_path)
    store = DynamoResponseStore(client=clients.dynamodb, tables=tables)
    response, text = new_response("k"), new_text()
    assert [store.put(response, [text]).name for _ in range(2)] == ["STORED", "REPLAYED"]
    assert store.read_standing(response.series.study, response.series.questionnaire, response.key) is not None
    assert store.withdraw(response.series.study, response.series.questionnaire, response.key, [text.key])
    assert store.put(response, []).name == "WITHDRAWN"
    contested = new_response("two", others=[KeyInWave("2027", new_response("three").key)], is_contested=True)
    assert store.put(contested, []).name == "STORED"
    assert clients.read_secret(tables.days) == b"a secret of this test"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        clients.dynamodb().get_item(TableName="none", Key={"partition": {"S": "x"}})
    assert not hasattr(clients.dynamodb(), "scan")


def test_a_postponed_module_is_imported_when_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "costly_here.py").write_text("VALUE = 7\nclass Thing: ...\n")
    (tmp_path / "asks_here.py").write_text(
        "import costly_here\ndef named(x: costly_here.Thing) -> None: ...\ndef value(): return costly_here.VALUE\n"
    )
    with postpone_imports(costly_here=["Thing"]):
        import asks_here  # type: ignore[import-not-found]  # written above
    assert "costly_here" not in sys.modules
    assert asks_here.value() == 7
    assert sys.modules["costly_here"].VALUE == 7


def test_a_module_that_is_there_already_is_not_stood_in_for() -> None:
    there = sys.modules["json"]
    with postpone_imports(json=[]):
        assert sys.modules["json"] is there
    assert sys.modules["json"] is there
