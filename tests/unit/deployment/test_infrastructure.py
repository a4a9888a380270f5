"""What the template promises, read from the template: stand-ins for CloudFormation drop most of it silently."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from boucle.deployment.zappa_settings import build_zappa_settings
from boucle.entrypoints.lambda_job import build_metrics
from boucle.jobs.scheduled import JobReport
from boucle.storage.dynamodb_store.items import STATUS_ATTRIBUTES
from boucle.storage.dynamodb_store.tables import Tables, build_table_definitions
from support.builders import REPOSITORY

TEMPLATE = REPOSITORY / "infra" / "template.yml"
RESOURCES: Mapping[str, Mapping[str, Any]] = yaml.safe_load(TEMPLATE.read_text("utf-8"))["Resources"]
PREFIX = "${Name}"


def of_type(kind: str) -> dict[str, Mapping[str, Any]]:
    return {name: resource["Properties"] for name, resource in RESOURCES.items() if resource["Type"] == kind}


TABLES = of_type("AWS::DynamoDB::Table")
BUCKETS = of_type("AWS::S3::Bucket")
ROLES = of_type("AWS::IAM::Role")
ALARMS = of_type("AWS::CloudWatch::Alarm")
DISTRIBUTION = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]


def statements(role: str) -> Iterator[Mapping[str, Any]]:
    for policy in ROLES[role]["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def actions(role: str, resource: str | None = None) -> set[str]:
    """What a role may do, to one resource or to any."""
    return {
        action
        for statement in statements(role)
        if resource is None or any(resource in str(named_resource) for named_resource in as_list(statement["Resource"]))
        for action in as_list(statement["Action"])
    }


@pytest.mark.slow
def test_cfn_lint_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([linter, str(TEMPLATE)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_tables_are_those_that_the_store_expects() -> None:
    expected = {
        table_definition["TableName"]: table_definition
        for table_definition in build_table_definitions(Tables.with_prefix(PREFIX))
    }
    declared = {table["TableName"]["Fn::Sub"]: table for table in TABLES.values()}
    assert set(declared) == set(expected)
    for name, definition in expected.items():
        assert {key: declared[name][key] for key in definition if key != "TableName"} == {
            key: value for key, value in definition.items() if key != "TableName"
        }


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_encrypted_and_cannot_be_deleted_by_mistake(name: str) -> None:
    assert TABLES[name]["SSESpecification"]["SSEEnabled"] is True
    assert TABLES[name]["DeletionProtectionEnabled"] is True
    assert RESOURCES[name]["DeletionPolicy"] == RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_every_table_but_those_of_texts_and_of_used_invitations_can_be_restored_to_a_point_in_time() -> None:
    restorable = {
        name
        for name, table in TABLES.items()
        if table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    }
    assert restorable == set(TABLES) - {"TextsTable", "SpentTable"}
    assert not any("StreamSpecification" in table for table in TABLES.values())


def test_what_people_said_expires() -> None:
    living = {name: table["TimeToLiveSpecification"] for name, table in TABLES.items() if "expires" in str(table)}
    expected = {"AttributeName": "expires", "Enabled": True}
    assert living == {"ResponsesTable": expected, "TextsTable": expected, "SpentTable": expected}


def test_free_texts_are_encrypted_under_a_key_of_their_own_that_is_rotated() -> None:
    assert TABLES["TextsTable"]["SSESpecification"]["KMSMasterKeyId"] == {"Fn::GetAtt": ["TextsKey", "Arn"]}
    assert RESOURCES["TextsKey"]["Properties"]["EnableKeyRotation"] is True


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_private_and_encrypted(name: str) -> None:
    bucket = BUCKETS[name]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]


def test_nobody_can_delete_from_the_vault() -> None:
    vault = BUCKETS["VaultBucket"]
    assert vault["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]["Mode"] == "COMPLIANCE"
    assert vault["VersioningConfiguration"] == {"Status": "Enabled"}
    assert RESOURCES["VaultBucket"]["DeletionPolicy"] == "Retain"


def test_only_the_distribution_reads_the_site() -> None:
    document = RESOURCES["SiteBucketPolicy"]["Properties"]["PolicyDocument"]
    for statement in document["Statement"]:
        if statement["Effect"] == "Allow":
            assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
            assert "AWS:SourceArn" in statement["Condition"]["StringEquals"]


def test_pages_can_be_put_back_and_old_ones_are_forgotten() -> None:
    site = BUCKETS["SiteBucket"]
    assert site["VersioningConfiguration"] == {"Status": "Enabled"}
    [old] = [rule for rule in site["LifecycleConfiguration"]["Rules"] if "NoncurrentVersionExpiration" in rule]
    assert (old["Status"], old["NoncurrentVersionExpiration"]) == ("Enabled", {"NoncurrentDays": 90})
    [packages] = BUCKETS["CodeBucket"]["LifecycleConfiguration"]["Rules"]
    assert (packages["Status"], packages["ExpirationInDays"]) == ("Enabled", 30)


def test_nothing_travels_in_the_clear() -> None:
    document = RESOURCES["SiteBucketPolicy"]["Properties"]["PolicyDocument"]
    [denied] = [statement for statement in document["Statement"] if statement["Effect"] == "Deny"]
    assert (denied["Principal"], denied["Action"]) == ("*", "s3:*")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    behaviours = [DISTRIBUTION["DefaultCacheBehavior"], DISTRIBUTION["CacheBehaviors"][0]["Fn::If"][1]]
    assert {behaviour["ViewerProtocolPolicy"] for behaviour in behaviours} == {"redirect-to-https", "https-only"}
    [api] = [origin["Fn::If"][1] for origin in DISTRIBUTION["Origins"] if "Fn::If" in origin]
    assert api["CustomOriginConfig"] == {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]}
    assert DISTRIBUTION["ViewerCertificate"]["Fn::If"][1]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    access = RESOURCES["OriginAccess"]["Properties"]["OriginAccessControlConfig"]
    assert (access["SigningBehavior"], access["SigningProtocol"]) == ("always", "sigv4")


def test_dead_letters_are_kept_for_two_weeks_and_encrypted() -> None:
    queue = RESOURCES["DeadLetters"]["Properties"]
    assert (queue["MessageRetentionPeriod"], queue["SqsManagedSseEnabled"]) == (14 * 24 * 3600, True)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_no_right_to_everything(role: str) -> None:
    for statement in statements(role):
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in as_list(statement["Action"]))
        assert "*" not in as_list(statement["Resource"])


def test_the_api_puts_and_withdraws_by_key_and_can_neither_query_nor_scan() -> None:
    puts = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"}
    assert actions("ApiRole", "ResponsesTable") == {*puts, "dynamodb:GetItem"}
    assert actions("ApiRole", "TextsTable") == {"dynamodb:PutItem", "dynamodb:DeleteItem"}
    assert actions("ApiRole", "DaysTable") == {"dynamodb:GetItem"}
    assert actions("ApiRole", "SpentTable") == {"dynamodb:PutItem"}
    assert actions("ApiRole", "VersionsTable") == {"dynamodb:PutItem"}
    assert actions("ApiRole", "LedgerTable") == actions("ApiRole", "Bucket") == set()
    assert not {action for action in actions("ApiRole") if action.endswith(("Query", "Scan", "BatchGetItem"))}


def test_the_api_reads_of_a_response_what_says_where_it_stands() -> None:
    [reading] = [statement for statement in statements("ApiRole") if statement["Sid"] == "ReadsWhereAResponseStands"]
    assert set(reading["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]) == {
        "partition",
        "key",
        *STATUS_ATTRIBUTES,
    }
    assert reading["Condition"]["StringEquals"] == {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}


def test_only_the_api_writes_used_invitations_and_a_put_tells_it_nothing_of_what_was_there() -> None:
    [spending] = [statement for statement in statements("ApiRole") if "SpentTable" in str(statement["Resource"])]
    assert spending["Condition"] == {"StringEqualsIfExists": {"dynamodb:ReturnValues": "NONE"}}
    assert actions("JobsRole", "SpentTable") == set()


def test_only_the_api_locks_versions_and_the_job_reads_which_are() -> None:
    [locking] = [statement for statement in statements("ApiRole") if "VersionsTable" in str(statement["Resource"])]
    assert locking["Condition"] == {"StringEqualsIfExists": {"dynamodb:ReturnValues": "NONE"}}
    assert actions("JobsRole", "VersionsTable") == {"dynamodb:Scan"}


def test_the_job_reads_no_free_text_and_knows_no_receipt() -> None:
    [scanning] = [
        statement for statement in statements("JobsRole") if statement["Sid"] == "DeletesExpiredTextsWithoutReadingAny"
    ]
    assert "payload" not in scanning["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    assert actions("JobsRole", "TextsTable") == {"dynamodb:Scan", "dynamodb:BatchWriteItem"}
    assert actions("JobsRole", "MasterKey") == set()


def test_the_job_appends_and_deletes_neither_entries_nor_files() -> None:
    assert actions("JobsRole", "LedgerTable") == {
        "dynamodb:Query",
        "dynamodb:PutItem",
        "dynamodb:GetItem",
        "dynamodb:Scan",
    }
    assert actions("JobsRole", "VaultBucket") == {"s3:GetObject", "s3:PutObject", "s3:ListBucket"}
    assert not {action for action in actions("JobsRole") if "Delete" in action}
    assert "built" not in str(ROLES["JobsRole"])


def test_logs_are_kept_for_two_weeks() -> None:
    logs = of_type("AWS::Logs::LogGroup")
    assert {log_group["RetentionInDays"] for log_group in logs.values()} == {14}
    assert {log_group["LogGroupName"]["Fn::Sub"] for log_group in logs.values()} == {
        "/aws/lambda/${Name}-api",
        "/aws/lambda/${Name}-jobs",
    }


def test_nobody_on_the_way_writes_down_who_asked_for_what() -> None:
    """No access log, no sample, no trace, no body: not at the edge, nor in a bucket, nor before the function."""
    kept = ("Logging", "RealtimeLogConfigArn", "LoggingConfiguration", "AccessLogSetting", "SampledRequestsEnabled")
    assert [name for name in kept if f"'{name}'" in str(RESOURCES)] == []
    assert not [
        resource for resource in RESOURCES.values() if "WAF" in resource["Type"] or resource["Type"].endswith("Trail")
    ]
    for stage in build_zappa_settings("boucle").values():
        assert (stage["cloudwatch_log_level"], stage["cloudwatch_data_trace"]) == ("OFF", False)
        assert (stage["cloudwatch_metrics_enabled"], stage["xray_tracing"]) == (False, False)
        assert (stage["log_level"], stage["debug"]) == ("WARNING", False)


def test_somebody_is_told_of_errors_throttles_dead_letters_and_missing_releases() -> None:
    watched = {(alarm["Namespace"], alarm["MetricName"]) for alarm in ALARMS.values()}
    assert watched == {
        ("AWS/Lambda", "Errors"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/DynamoDB", "WriteThrottleEvents"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("Boucle", "Alarms"),
        ("Boucle", "DaysSinceRelease"),
    }
    assert all(alarm["AlarmActions"] == [{"Ref": "Alarms"}] for alarm in ALARMS.values())
    assert ALARMS["NoRelease"]["TreatMissingData"] == "breaching"


def test_the_runbook_says_what_to_do_on_each_alarm() -> None:
    runbook = (TEMPLATE.parent / "README.md").read_text("utf-8")
    named = {alarm["AlarmName"]["Fn::Sub"].removeprefix("${Name}: ") for alarm in ALARMS.values()}
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", runbook, re.MULTILINE)
    assert named <= set(rows)


def test_the_region_is_set_as_the_runbook_says(monkeypatch: pytest.MonkeyPatch) -> None:
    runbook = (TEMPLATE.parent / "README.md").read_text("utf-8")
    [(name, region)] = re.findall(r"`export (\w+)=([\w-]+)`", runbook)
    for variable in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(name, region)
    assert boto3.Session().region_name == region


def test_a_job_that_does_not_run_at_all_is_noticed_within_hours() -> None:
    """It counts itself in every run, once an hour: where there is no number, something is wrong."""
    alarm = ALARMS["NoRelease"]
    assert alarm["TreatMissingData"] == "breaching"
    assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Maximum", "GreaterThanThreshold")
    assert 3600 < alarm["Period"] * alarm["EvaluationPeriods"] <= 6 * 3600
    line = build_metrics(JobReport(ran="2026-01-05T00:15+00:00", alarms=()), 3, "name")
    [declared] = line["_aws"]["CloudWatchMetrics"]
    assert (declared["Namespace"], declared["Dimensions"]) == (alarm["Namespace"], [["Installation"]])
    assert {"Name": alarm["MetricName"]} in declared["Metrics"]
    assert line[alarm["MetricName"]] == 3


def test_errors_of_the_api_are_not_hidden_under_a_page() -> None:
    """A custom error page would stand for every behaviour of the distribution."""
    assert "CustomErrorResponses" not in DISTRIBUTION


def test_there_is_a_budget_that_tells_somebody() -> None:
    told = RESOURCES["Budget"]["Properties"]["NotificationsWithSubscribers"]
    assert {notification["Notification"]["NotificationType"] for notification in told} == {"ACTUAL", "FORECASTED"}


def test_the_site_and_the_api_have_one_origin() -> None:
    [behaviour] = [candidate["Fn::If"][1] for candidate in DISTRIBUTION["CacheBehaviors"] if "Fn::If" in candidate]
    assert (behaviour["PathPattern"], behaviour["TargetOriginId"]) == ("/api/*", "api")
    assert "POST" in behaviour["AllowedMethods"]
    assert behaviour["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    headers = RESOURCES["ApiRequest"]["Properties"]["OriginRequestPolicyConfig"]["HeadersConfig"]["Headers"]
    assert "Host" not in headers


def test_what_is_published_lies_over_what_was_built() -> None:
    [group] = DISTRIBUTION["OriginGroups"]["Items"]
    assert [member["OriginId"] for member in group["Members"]["Items"]] == ["published", "built"]
    assert DISTRIBUTION["DefaultCacheBehavior"]["TargetOriginId"] == group["Id"]
    paths = {origin["Id"]: origin for origin in DISTRIBUTION["Origins"] if "Id" in origin}
    assert all(origin["OriginAccessControlId"] for origin in paths.values())


def test_pages_are_compressed_and_carry_the_security_headers() -> None:
    assert DISTRIBUTION["DefaultCacheBehavior"]["Compress"] is True
    policy = RESOURCES["SiteHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    assert set(policy["SecurityHeadersConfig"]) == {
        "ContentSecurityPolicy",
        "ContentTypeOptions",
        "FrameOptions",
        "ReferrerPolicy",
        "StrictTransportSecurity",
    }
    said = policy["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    assert said == {"Ref": "ContentSecurityPolicy"}
