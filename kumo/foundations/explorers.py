"""The explorers of chapter 1's foundations: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Choices, Text, Toggle
from kumo.foundations.model import geography, infrastructure, services
from kumo.foundations.view import regions_and_zones as regions_and_zones_view
from kumo.foundations.view import service_catalog as service_catalog_view
from kumo.foundations.words import regions_and_zones as regions_and_zones_words
from kumo.foundations.words import service_catalog as service_catalog_words

# Far enough apart to be worth comparing; every Region stands on the map.
OFFERED_REGIONS = {
    code: f"{geography.regions()[code].name} ({code})"
    for code in (
        "ap-northeast-1",
        "ap-northeast-3",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-west-2",
        "us-east-1",
        "us-west-2",
        "sa-east-1",
    )
}


class RegionsAndZones(Explorer):
    """What fails with a server, a zone, a Region or an edge location, and how far the requests travel."""

    words = regions_and_zones_words
    view = regions_and_zones_view

    failure = Choice(
        regions_and_zones_words.FAILURE,
        regions_and_zones_words.FAILURES,
        default=infrastructure.REGION,
        help=regions_and_zones_words.FAILURE_HELP,
    )
    deployment = Choice(
        regions_and_zones_words.DEPLOYMENT,
        regions_and_zones_words.DEPLOYMENTS,
        default=infrastructure.MULTI_ZONE,
        help=regions_and_zones_words.DEPLOYMENT_HELP,
    )
    cdn = Toggle(regions_and_zones_words.CDN, default=True, help=regions_and_zones_words.CDN_HELP)
    user = Choice(
        regions_and_zones_words.USER,
        {key: place.name for key, place in geography.users().items()},
        default="boston",
        help=regions_and_zones_words.USER_HELP,
    )
    home = Choice(
        regions_and_zones_words.HOME,
        OFFERED_REGIONS,
        default="ap-northeast-1",
        help=regions_and_zones_words.HOME_HELP,
    )
    second = Choice(
        regions_and_zones_words.SECOND,
        OFFERED_REGIONS,
        default="us-east-1",
        help=regions_and_zones_words.SECOND_HELP,
    )
    data = Choice(
        regions_and_zones_words.DATA,
        regions_and_zones_words.DATA_OPTIONS,
        default=infrastructure.COPIED,
        help=regions_and_zones_words.DATA_HELP,
    )

    def simulate(self) -> infrastructure.OutageTrace:
        return infrastructure.run(infrastructure.Settings(**self.parameters))


class ServiceCatalog(Explorer):
    """The services that the exam asks for most: searched, sorted, and how one works with the others."""

    words = service_catalog_words
    view = service_catalog_view

    query = Text(
        service_catalog_words.QUERY,
        default="",
        max_length=60,
        examples=("キュー", "kinesis", "デプロイ 自動", "何にも当てはまらない言葉"),
        help=service_catalog_words.QUERY_HELP,
    )
    categories = Choices(
        service_catalog_words.CATEGORY, dict(services.CATEGORIES), help=service_catalog_words.CATEGORY_HELP
    )
    sort = Choice(
        service_catalog_words.SORT,
        service_catalog_words.SORTS,
        default=services.BY_CATEGORY,
        help=service_catalog_words.SORT_HELP,
    )
    service = Choice(
        service_catalog_words.FOCUS,
        service_catalog_words.OPTIONS,
        default="lambda",
        help=service_catalog_words.FOCUS_HELP,
    )

    def simulate(self) -> services.CatalogTrace:
        return services.find(self.query, self.categories, self.sort, self.service)
