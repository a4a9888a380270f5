"""A stack is created, brought up to date, read and deleted; what fails says which stack."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from boucle.deployment.stack import Stack, StackFailed
from support.amazon_benches import make_session

TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Title"}}}


@pytest.fixture
def stack() -> Iterator[Stack]:
    with mock_aws():
        yield Stack(make_session().client("cloudformation"), "enquete")


def write_template(folder: Path, **resources: object) -> Path:
    document = {
        "Parameters": {"Title": {"Type": "String"}},
        "Resources": resources,
        "Outputs": {"Title": {"Value": {"Ref": "Title"}}},
    }
    file = folder / "template.yml"
    file.write_text(yaml.safe_dump(document), "utf-8")
    return file


def test_a_stack_is_not_there_until_it_is_applied(stack: Stack, tmp_path: Path) -> None:
    assert not stack.exists()
    stack.apply(write_template(tmp_path, Topic=TOPIC), {"Title": "first"})
    assert stack.exists()
    assert stack.read_outputs() == {"Title": "first"}


def test_a_stack_that_is_there_is_brought_up_to_date(stack: Stack, tmp_path: Path) -> None:
    template = write_template(tmp_path, Topic=TOPIC)
    for title in ("first", "second"):
        stack.apply(template, {"Title": title})
    assert stack.read_outputs() == {"Title": "second"}


@pytest.fixture
def told() -> Iterator[tuple[Stack, Stubber]]:
    """A stack, and what CloudFormation answers to each call, in order, where moto does not answer as Amazon does."""
    client = make_session().client("cloudformation")
    with Stubber(client) as stubber:
        yield Stack(client, "enquete"), stubber
        stubber.assert_no_pending_responses()


def test_a_stack_that_cannot_be_created_is_named(told: tuple[Stack, Stubber], tmp_path: Path) -> None:
    stack, answers = told
    answers.add_client_error("describe_stacks", "ValidationError", "Stack with id enquete does not exist")
    answers.add_client_error("create_stack", "ValidationError", "Parameters: [Title] must have values")
    with pytest.raises(StackFailed, match=r"stack enquete: .*must have values.*events in the console"):
        stack.apply(write_template(tmp_path, Topic=TOPIC), {})


def test_the_same_said_again_is_no_failure(told: tuple[Stack, Stubber], tmp_path: Path) -> None:
    stack, answers = told
    answers.add_response("describe_stacks", describe("UPDATE_COMPLETE"))
    answers.add_client_error("update_stack", "ValidationError", "No updates are to be performed.")
    stack.apply(write_template(tmp_path, Topic=TOPIC), {"Title": "first"})


def test_an_update_that_is_refused_is_a_failure(told: tuple[Stack, Stubber], tmp_path: Path) -> None:
    stack, answers = told
    answers.add_response("describe_stacks", describe("UPDATE_COMPLETE"))
    answers.add_client_error("update_stack", "ValidationError", "The stack is being changed")
    with pytest.raises(StackFailed, match="is being changed"):
        stack.apply(write_template(tmp_path, Topic=TOPIC), {"Title": "first"})


def test_who_may_not_look_is_not_told_that_there_is_nothing(told: tuple[Stack, Stubber]) -> None:
    stack, answers = told
    answers.add_client_error("describe_stacks", "AccessDenied", "not authorized")
    with pytest.raises(ClientError, match="not authorized"):
        stack.exists()


def test_a_stack_loses_its_protection_before_it_is_deleted(told: tuple[Stack, Stubber]) -> None:
    stack, answers = told
    named = {"StackName": "enquete"}
    answers.add_response("update_termination_protection", {}, {**named, "EnableTerminationProtection": False})
    answers.add_response("delete_stack", {}, named)
    answers.add_response("describe_stacks", describe("DELETE_COMPLETE"), named)
    stack.delete()


def test_a_stack_that_cannot_be_deleted_is_named(told: tuple[Stack, Stubber]) -> None:
    stack, answers = told
    answers.add_client_error("update_termination_protection", "ValidationError", "Stack [enquete] does not exist")
    with pytest.raises(StackFailed, match=r"stack enquete: .*does not exist"):
        stack.delete()


def describe(status: str) -> dict[str, object]:
    """What CloudFormation says of one stack."""
    return {
        "Stacks": [{"StackName": "enquete", "CreationTime": datetime(2026, 1, 5, tzinfo=UTC), "StackStatus": status}]
    }
