"""The services: the data are complete, the search agrees with a plain one, the relations with a graph library."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import botocore.session
import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.drawing import LAYOUTS, text_width
from kumo.foundations.explorers import ServiceCatalog
from kumo.foundations.model import services as model
from kumo.foundations.model.services import BY_CATEGORY, CATEGORIES, SORTS, ServicesError, find, relations, services

SVG = "{http://www.w3.org/2000/svg}"
KEYS = list(services())
# The services of the source text's table, by its headings; its one row on Kinesis names four.
EXPECTED = {
    "compute": ["EC2", "ECR", "ECS", "Elastic Beanstalk", "Lambda"],
    "network": ["API Gateway", "CloudFront", "Elastic Load Balancing", "Route 53", "VPC"],
    "storage": ["S3"],
    "database": ["DynamoDB", "ElastiCache", "RDS"],
    "integration": ["SNS", "Step Functions", "SQS"],
    "analytics": [
        "Kinesis Data Streams",
        "Kinesis Data Firehose",
        "Kinesis Data Analytics",
        "Kinesis Video Streams",
    ],
    "developer": ["CodeBuild", "CodeCommit", "CodeDeploy", "CodePipeline", "X-Ray"],
    "management": ["Auto Scaling", "CLI", "CloudFormation", "CloudTrail", "CloudWatch", "SAM"],
    "security": ["IAM", "KMS", "Cognito", "STS"],
}
# Names under which AWS's own SDK knows the services; a tool and two features have none there.
SDK_NAMES = {
    "elb": "elbv2",
    "api-gateway": "apigateway",
    "elastic-beanstalk": "elasticbeanstalk",
    "step-functions": "stepfunctions",
    "kinesis-data-streams": "kinesis",
    "data-firehose": "firehose",
    "managed-flink": "kinesisanalyticsv2",
    "kinesis-video-streams": "kinesisvideo",
    "x-ray": "xray",
    "auto-scaling": "autoscaling-plans",
    "cognito": "cognito-idp",
    "vpc": "ec2",
}


def test_every_service_of_the_table_is_there_under_its_heading() -> None:
    found: dict[str, list[str]] = {key: [] for key in CATEGORIES}
    for entry in services().values():
        found[entry.category].append(re.sub(r"^(Amazon|AWS) ", "", entry.exam_name or entry.name))
    assert found == EXPECTED
    assert len(services()) == 36


def test_entries_are_complete() -> None:
    for entry in services().values():
        for text in (entry.name, entry.short, entry.role, entry.says, entry.cue):
            assert text
        assert entry.says.endswith("。")
        assert not entry.cue.endswith("。")
        assert set(entry.domains) <= {1, 2, 3, 4}
        assert entry.domains
        assert re.fullmatch(r"[1-5]-\d+", entry.section)
        assert entry.source.startswith("https://docs.aws.amazon.com/")
        assert bool(entry.change) == bool(entry.change_source)
        assert not entry.exam_name or entry.change, "a new name comes with its story"


def test_the_sdk_knows_the_services() -> None:
    known = set(botocore.session.get_session().get_available_services())
    for key in set(KEYS) - {"cli", "sam"}:
        assert SDK_NAMES.get(key, key) in known, key


def test_relations_are_distinct_and_short() -> None:
    ends = [(relation.source, relation.target) for relation in relations()]
    assert len(set(ends)) == len(ends)
    for relation in relations():
        assert relation.source != relation.target
        assert len(relation.how) <= 7
    assert all(model.partners(key) for key in KEYS), "a service without any relation teaches nothing"


def test_steps_are_those_of_networkx() -> None:
    graph = nx.Graph([(relation.source, relation.target) for relation in relations()])
    assert nx.is_connected(graph)
    for key in KEYS:
        assert dict(model.steps_from(key)) == nx.single_source_shortest_path_length(graph, key)
        assert model.partners(key) == set(graph[key])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("firehose", {"data-firehose"}),
        ("ＤＹＮＡＭＯＤＢ", {"dynamodb"}),
        ("Kinesis Data Analytics", {"managed-flink"}),
        ("メッセージキュー", {"sqs"}),
        ("2026年", {"managed-flink", "x-ray"}),
        ("ない語", set()),
    ],
)
def test_known_searches(query: str, expected: set[str]) -> None:
    assert {entry.key for entry in find(query, (), BY_CATEGORY, "ec2").found} == expected


@given(
    st.text(max_size=6) | st.sampled_from(["Code", "S", "ログ", "自動 デプロイ", " "]),
    st.lists(st.sampled_from(list(CATEGORIES)), unique=True),
    st.sampled_from(SORTS),
    st.sampled_from(KEYS),
)
def test_a_search_narrows_and_sorting_only_reorders(query: str, categories: list[str], sort: str, focus: str) -> None:
    trace = find(query, categories, sort, focus)
    keys = [entry.key for entry in trace.found]
    assert len(set(keys)) == len(keys)
    assert set(keys) == {entry.key for entry in find(query, categories, BY_CATEGORY, focus).found}
    assert set(keys) <= {entry.key for entry in find("", categories, sort, focus).found}
    if categories:
        assert {entry.category for entry in trace.found} <= set(categories)
    split = {category: find(query, [category], sort, focus).found for category in CATEGORIES}
    wanted = categories or list(CATEGORIES)
    assert set(keys) == {entry.key for category in wanted for entry in split[category]}
    if trace.focused:
        ends = {relation.other(focus) for relation in trace.shown} | {
            relation.other(focus) for relation in trace.hidden
        }
        assert ends == model.partners(focus)
    else:
        assert not trace.shown + trace.hidden


def test_orders() -> None:
    def order(sort: str, focus: str = "s3") -> list[model.Service]:
        return list(find("", (), sort, focus).found)

    assert [entry.key for entry in order("category")] == KEYS
    names = [entry.short.lower() for entry in order("name")]
    assert names == sorted(names)
    counts = [len(model.partners(entry.key)) for entry in order("relations")]
    assert counts == sorted(counts, reverse=True)
    sections = [tuple(map(int, entry.section.split("-"))) for entry in order("section")]
    assert sections == sorted(sections)
    near = [model.steps_from("s3")[entry.key] for entry in order("distance")]
    assert near == sorted(near)
    assert order("distance")[0].key == "s3"


def test_bad_data_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ServicesError, match="no-such"):
        find("", (), BY_CATEGORY, "no-such")
    with pytest.raises(ServicesError, match="ec3"):
        model._service("ec3", {"name": "EC3"}, "2026-11-22")
    good = {key: value for key, value in vars(services()["ec2"]).items() if key not in ("key", "as_of")}
    with pytest.raises(ServicesError, match="kitchen"):
        model._service("ec2", good | {"category": "kitchen"}, "2026-11-22")
    broken = {"relations": [{"source": "ec2", "target": "ec4", "how": "x"}]}
    monkeypatch.setattr(model, "_content", lambda: broken)
    with pytest.raises(ServicesError, match="ec4"):
        model.relations.__wrapped__()


@pytest.mark.parametrize("layout", list(LAYOUTS))
@pytest.mark.parametrize("focus", KEYS)
def test_lines_and_words_of_the_picture_are_the_relations(focus: str, layout: str) -> None:
    root = ET.fromstring(ServiceCatalog.frame({"service": focus}, [layout])["pictures"][layout])  # noqa: S314 -- our own
    said = [element for element in root.iter(SVG + "text") if element.text]
    words = sorted(relation.how for relation in model.relations_of(focus))
    hows = {relation.how for relation in relations()}
    assert sorted(element.text for element in said if element.text in hows) == words
    curves = [element for element in root.iter(SVG + "path") if "C" in element.get("d", "")]
    assert len(curves) == len(model.partners(focus))
    for element in said:
        size = float(element.get("font-size", LAYOUTS[layout].small))
        assert float(element.get("x", 0)) + text_width(element.text or "", size) <= LAYOUTS[layout].width, element.text


def test_table_is_full() -> None:
    table = ServiceCatalog.frame({})["table"]
    assert [row[1] for row in table["rows"]] == [entry.name for entry in services().values()]
    firehose = next(row for row in table["rows"] if row[1] == "Amazon Data Firehose")
    assert firehose[2] == "Amazon Kinesis Data Firehose"
    one = ServiceCatalog.frame({"query": "キュー"})["table"]["rows"]
    assert 0 < len(one) < len(table["rows"])


def test_each_situation_is_told() -> None:
    told = {
        ServiceCatalog.frame(chosen, ["narrow"])["explanation"]["point"]
        for chosen in (
            {},
            {"query": "ない語"},
            {"query": "firehose"},
            {"query": "firehose", "service": "data-firehose"},
            {"categories": ["developer"], "service": "codepipeline"},
            {"categories": ["database"], "service": "dynamodb"},
        )
    }
    assert len(told) == 6


def test_data_file_is_where_the_package_reads_it() -> None:
    assert Path(model.__file__).with_name("services.toml").is_file()
