"""The stack of infra/template.yml: created, brought up to date, read. Saying it again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from botocore.exceptions import ClientError, WaiterError

from boucle.core.errors import BoucleError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

NOTHING_TO_DO = "No updates are to be performed"


class StackFailed(BoucleError):
    """CloudFormation could not do it, and has put back what was there before."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack, by name."""

    client: CloudFormationClient
    name: str

    def apply(self, template: Path, parameters: Mapping[str, str]) -> None:
        """Make the account hold what the template says. Raises StackFailed."""
        # As JSON without comments: CloudFormation takes 51,200 bytes.
        body = json.dumps(yaml.safe_load(template.read_text("utf-8")), separators=(",", ":"))
        given: list[ParameterTypeDef] = [
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ]
        try:
            if self.exists():
                self._update(body, given)
            else:
                self.client.create_stack(
                    StackName=self.name,
                    TemplateBody=body,
                    Parameters=given,
                    Capabilities=["CAPABILITY_NAMED_IAM"],
                    OnFailure="ROLLBACK",
                    EnableTerminationProtection=True,
                )
                self.client.get_waiter("stack_create_complete").wait(StackName=self.name)
        except (ClientError, WaiterError) as error:
            raise StackFailed(
                f"stack {self.name}: {error}. Its events in the console say which resource, and why."
            ) from error

    def exists(self) -> bool:
        """Whether the account and region have a stack of that name. Raises ClientError when they do not say."""
        try:
            self.client.describe_stacks(StackName=self.name)
        except ClientError as error:
            if "does not exist" in str(error):
                return False
            raise
        return True

    def read_outputs(self) -> dict[str, str]:
        """What the stack says of itself, by name."""
        [stack] = self.client.describe_stacks(StackName=self.name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def delete(self) -> None:
        """Delete the stack; what the template retains stays in the account. Raises StackFailed."""
        try:
            self.client.update_termination_protection(StackName=self.name, EnableTerminationProtection=False)
            self.client.delete_stack(StackName=self.name)
            self.client.get_waiter("stack_delete_complete").wait(StackName=self.name)
        except (ClientError, WaiterError) as error:
            raise StackFailed(f"stack {self.name}: {error}") from error

    def _update(self, body: str, given: list[ParameterTypeDef]) -> None:
        try:
            self.client.update_stack(
                StackName=self.name, TemplateBody=body, Parameters=given, Capabilities=["CAPABILITY_NAMED_IAM"]
            )
        except ClientError as error:
            if NOTHING_TO_DO in str(error):
                return
            raise
        self.client.get_waiter("stack_update_complete").wait(StackName=self.name)
