"""Zones: text, names and bytes against dnspython, answers against a second slow way to find them."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.zone
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo.route53 import bind
from kumo.route53.model import names, wire, zone
from kumo.route53.model.records import TYPES, BadValueError, read

ORIGIN = "example.com."
LABELS = st.sampled_from(["a", "b", "www", "mail", "_srv", "x-1"])
HOSTS = st.lists(LABELS, min_size=0, max_size=3).map(lambda parts: ".".join([*parts, "example.com."]))
OWNERS = st.one_of(HOSTS, HOSTS.map(lambda host: f"*.{host}"))
TARGETS = st.one_of(HOSTS, st.just("cdn.example.net."))
PRINTABLE = st.characters(codec="ascii", exclude_characters='"\\', min_codepoint=32, max_codepoint=126)
STRINGS = st.text(PRINTABLE, max_size=30)
ISSUERS = st.sampled_from(["ca.example.net", ";", "mailto:x@example.com"])
TAGS = st.sampled_from(["issue", "issuewild", "iodef"])
NUMBERS = st.integers(0, 65535)
VALUES = {
    "A": st.ip_addresses(v=4).map(str),
    "AAAA": st.ip_addresses(v=6).map(str).filter(lambda text: "%" not in text),
    "CAA": st.builds(lambda flag, tag, text: f'{flag} {tag} "{text}"', st.integers(0, 255), TAGS, ISSUERS),
    "CNAME": TARGETS,
    "MX": st.builds(lambda number, host: f"{number} {host}", NUMBERS, TARGETS),
    "NS": TARGETS,
    "SOA": st.builds(lambda host, serial: f"{host} a. {serial} 72 90 129 8640", HOSTS, st.integers(0, 2**32 - 1)),
    "SRV": st.builds(lambda a, b, c, host: f"{a} {b} {c} {host}", NUMBERS, NUMBERS, NUMBERS, TARGETS),
    "TXT": st.lists(STRINGS, min_size=1, max_size=3).map(lambda texts: " ".join(f'"{text}"' for text in texts)),
}  # fmt: skip


@st.composite
def zone_texts(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(0, 9))):
        kind = draw(st.sampled_from(["A", "AAAA", "CNAME", "MX", "TXT", "SRV", "CAA", "NS"]))
        ttl = draw(st.sampled_from(["", "60 ", "60 IN ", "IN ", "IN 900 "]))
        lines.append(f"{draw(OWNERS)} {ttl}{kind} {draw(VALUES[kind])}")
    return "\n".join(lines)


def data(kind: str, text: str) -> dns.rdata.Rdata:
    return dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.from_text(kind), text, relativize=False)


@pytest.mark.parametrize("kind", TYPES)
def test_every_value_is_read_as_dnspython_reads_it(kind: str) -> None:
    @given(VALUES[kind])
    def check(text: str) -> None:
        value, theirs = read(kind, text, ORIGIN), data(kind, text)
        assert data(kind, value.text) == theirs
        plain = b"".join(
            piece if isinstance(piece, bytes) else dns.name.from_text(piece).to_wire() for piece in value.pieces
        )
        assert plain == theirs.to_wire()

    check()


@given(st.lists(st.text("abcxyz0129-_", min_size=1, max_size=70), min_size=1, max_size=9))
def test_names_are_measured_as_dnspython_measures_them(parts: list[str]) -> None:
    text = ".".join(parts) + "."
    if any(part[0] == "-" or part[-1] == "-" for part in parts if len(part) <= names.LABEL_BYTES):
        return  # dnspython takes these, the rules for host names do not
    try:
        theirs = dns.name.from_text(text)
    except (dns.name.LabelTooLong, dns.name.NameTooLong):
        with pytest.raises(names.BadNameError, match="long_"):
            names.absolute(text)
        return
    assert names.wire_bytes(names.absolute(text)) == len(theirs.to_wire())


def told(one: zone.RecordSet) -> tuple[str, str, int | None, frozenset[str]]:
    return one.name, one.kind, one.ttl, frozenset(value.text for value in one.values)


@given(zone_texts())
def test_the_export_is_a_zone_file_that_gives_the_zone_back(text: str) -> None:
    ours = zone.parse(text, ORIGIN)
    written = bind.export(ours)
    theirs = dns.zone.from_text(written, relativize=False)
    found = {
        (name.to_text(), dns.rdatatype.to_text(item.rdtype)): (item.ttl, set(item))
        for name, item in theirs.iterate_rdatasets()
    }
    assert found == {
        (one.name, one.kind): (one.ttl, {data(one.kind, value.text) for value in one.values}) for one in ours.sets
    }
    again = bind.import_file(written, ORIGIN)
    # Route 53 has name servers of its own.
    assert {told(one) for one in again.sets if told(one)[:2] != (ORIGIN, "NS")} == {
        told(one) for one in ours.sets if told(one)[:2] != (ORIGIN, "NS")
    }
    assert again.problems == ()


def test_the_import_reads_what_zone_files_may_hold_and_leaves_out_what_route_53_leaves_out() -> None:
    text = """$TTL 1h
@ IN SOA ns.old.example. admin.old.example. ( 5 1h 15m 2w 1d )
@ NS ns.old.example.
$GENERATE 1-3 host$ A 192.0.2.$
$ORIGIN sub.example.com.
www 5m CNAME host1.example.com.
"""
    found = bind.import_file(text, ORIGIN)
    assert {(one.name, one.kind, one.ttl) for one in found.sets} == {
        (ORIGIN, "SOA", 900),
        (ORIGIN, "NS", 172800),
        *((f"host{number}.example.com.", "A", 3600) for number in (1, 2, 3)),
        ("www.sub.example.com.", "CNAME", 300),
    }
    assert all("old" not in value.text for one in found.sets for value in one.values)


def message_of(found: zone.Answer, made: zone.Zone) -> dns.message.Message:
    """Return the answer as dnspython's message, put together record by record."""
    query = dns.message.make_query(found.name, found.kind, id=0)
    query.flags = 0
    answer = dns.message.make_response(query)
    answer.flags = dns.flags.QR | (0 if found.status in (zone.REFERRAL, zone.REFUSED) else dns.flags.AA)
    codes = {zone.NXDOMAIN: dns.rcode.NXDOMAIN, zone.REFUSED: dns.rcode.REFUSED, zone.LOOP: dns.rcode.SERVFAIL}
    answer.set_rcode(codes.get(found.status, dns.rcode.NOERROR))
    for name, ttl, kind, value in found.records:
        answer.answer.append(dns.rrset.from_rdata(name, ttl, data(kind, value.text)))
    if found.status in (zone.NXDOMAIN, zone.NODATA):
        soa = data("SOA", made.soa.values[0].text)
        answer.authority.append(dns.rrset.from_rdata(made.origin, made.negative_ttl, soa))
    elif found.status == zone.REFERRAL:
        link = found.links[-1]
        servers = [data("NS", value.text) for value in link.values]
        answer.authority += [dns.rrset.from_rdata(found.reason, link.ttl, server) for server in servers]
    return answer


@given(zone_texts(), HOSTS, st.sampled_from(TYPES), st.integers(0, 99))
@settings(max_examples=150)
def test_answers_are_the_bytes_that_dnspython_sends(text: str, name: str, kind: str, pick: int) -> None:
    made = zone.parse(text, ORIGIN)
    if pick < 70:  # mostly what the zone has
        held = made.sets[pick % len(made.sets)]
        name, kind = held.name.replace("*", "any"), held.kind
    found = zone.answer(made, name, kind)
    assert wire.encode(found, made) == message_of(found, made).to_wire(want_shuffle=False)


EVERY_TYPE = """a A 192.0.2.1
a A 192.0.2.2
a AAAA 2001:db8::1
a MX 10 b
a TXT "one" "two"
a SRV 1 2 3 b
a CAA 0 issue "ca.example.net"
b CNAME a.b
sub NS ns.sub
sub NS ns.example.net.
"""


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("name", ["@", "a", "b", "x.sub", "none"])
def test_each_type_and_outcome_is_the_bytes_that_dnspython_sends(name: str, kind: str) -> None:
    made = zone.parse(EVERY_TYPE, ORIGIN)
    found = zone.answer(made, names.absolute(name, ORIGIN), kind)
    assert wire.encode(found, made) == message_of(found, made).to_wire(want_shuffle=False)


# A second way to an answer, straight from the definitions: every name of the zone is looked at, nothing is indexed.


def slowly(made: zone.Zone, name: str, kind: str) -> tuple[str, list[str]]:  # noqa: PLR0911 -- one for each outcome
    sets = {(one.name, one.kind): one for one in made.sets}
    owners = {one.name for one in made.sets}
    chain: list[str] = []
    for _ in range(zone.LONGEST_CHAIN + 1):
        if not (name == ORIGIN or name.endswith("." + ORIGIN)):
            return (zone.OUTSIDE if chain else zone.REFUSED), chain
        delegated = {owner for owner, one in sets if one == "NS"} - {ORIGIN}
        cuts = [owner for owner in delegated if name == owner or name.endswith("." + owner)]
        if cuts:
            return zone.REFERRAL, [*chain, min(cuts, key=len)]
        there = {owner for owner in owners if owner == name or owner.endswith("." + name)}
        source = name
        if not there:
            above = name
            while not any(owner == above or owner.endswith("." + above) for owner in owners):
                above = above.split(".", 1)[1]
            source = "*." + above
            if source not in owners:
                return zone.NXDOMAIN, chain
        if (source, kind) in sets:
            return zone.NOERROR, [*chain, *(value.text for value in sets[source, kind].values)]
        if (source, "CNAME") not in sets:
            return zone.NODATA, chain
        name = sets[source, "CNAME"].values[0].target
        if name in chain or len(chain) >= zone.LONGEST_CHAIN:
            return zone.LOOP, chain
        chain.append(name)
    return zone.LOOP, chain


@given(
    zone_texts(), st.one_of(HOSTS, HOSTS.map(lambda host: f"deep.er.{host}")), st.sampled_from(["A", "TXT", "CNAME"])
)
@settings(max_examples=200)
def test_answers_are_what_the_definitions_say(text: str, name: str, kind: str) -> None:
    made = zone.parse(text, ORIGIN)
    found = zone.answer(made, name, kind)
    status, chain = slowly(made, name, kind)
    if status == zone.LOOP:
        assert found.status == zone.LOOP
        return
    assert found.status == status
    given_values = [value.text for _, _, _, value in found.records]
    assert given_values + [found.reason] * (status == zone.REFERRAL) == chain


@given(zone_texts())
def test_what_stays_of_a_text_keeps_the_rules(text: str) -> None:
    made = zone.parse(text, ORIGIN)
    assert len({(one.name, one.kind) for one in made.sets}) == len(made.sets)
    for one in made.sets:
        assert names.within(one.name, ORIGIN)
        assert len({value.text for value in one.values}) == len(one.values)
        if one.kind == "CNAME":
            assert one.name != ORIGIN
            assert list(made.at(one.name)) == ["CNAME"]
            assert len(one.values) == 1
    assert {one.kind for one in made.at(ORIGIN).values()} >= {"SOA", "NS"}
    assert [problem.line for problem in made.problems] == sorted(problem.line for problem in made.problems)


RULES = [
    ("@ CNAME www", ["cname_apex"]),
    ("www CNAME a\nwww A 192.0.2.1", ["cname_conflict"]),
    ("www CNAME a\nwww CNAME b", ["only_one"]),
    ("www A 192.0.2.1\nwww A 192.0.2.1", ["duplicate"]),
    ("www 60 A 192.0.2.1\nwww 90 A 192.0.2.2", ["ttl_differs"]),
    ("www A 192.0.2.256", ["bad_ipv4"]),
    ("www A cdn.example.net.", ["bad_ipv4"]),
    ("www AAAA 192.0.2.1", ["bad_ipv6"]),
    ("@ MX mail", ["mx_fields"]),
    ("@ MX 70000 mail", ["mx_priority"]),
    ("@ TXT hello world", ["txt_unquoted"]),
    ('@ TXT "a" b', ["txt_unquoted"]),
    ('@ TXT "a', ["txt_unquoted"]),
    (f'@ TXT "{"x" * 256}"', ["txt_long"]),
    (f'@ TXT "{"x" * 255}" "y"', []),
    ("_x SRV 1 2 host", ["srv_fields"]),
    ("_x SRV 1 2 70000 host", ["srv_number"]),
    ("@ CAA 0 permit x", ["caa_fields"]),
    ("@ SOA ns admin 1 2 3", ["soa_fields"]),
    ("sub SOA ns. admin. 1 2 3 4 5", ["soa_place"]),
    ("www.example.org. A 192.0.2.1", ["out_of_zone"]),
    ("a..b A 192.0.2.1", ["empty_label"]),
    (f"{'x' * 64} A 192.0.2.1", ["long_label"]),
    (f"{'.'.join(['x' * 60] * 5)} A 192.0.2.1", ["long_name"]),
    ("-a A 192.0.2.1", ["bad_label"]),
    ("www A", ["no_value"]),
    ("www", ["no_type"]),
    ("www 300", ["no_type"]),
    ("www -1 A 192.0.2.1", ["bad_ttl"]),
    ("www 5m A 192.0.2.1", ["bad_ttl"]),
    ("www 2147483648 A 192.0.2.1", ["bad_ttl"]),
    ("www HINFO a b", ["unknown_type"]),
    ("$INCLUDE x", ["directive"]),
    ("www CNAME a..b", ["bad_target"]),
    ("www CNAME cdn.example.net", ["relative_target"]),
    ("www ALIAS A lb.elb.amazonaws.com.", []),
    ("www ALIAS lb.elb.amazonaws.com.", ["alias_form"]),
    ("www 60 ALIAS A lb.elb.amazonaws.com.", ["alias_ttl"]),
    ("www ALIAS A www.example.net.", ["alias_foreign"]),
    ("www ALIAS MX lb.elb.amazonaws.com.", ["alias_resource_type"]),
    ("www ALIAS A web", ["alias_missing"]),
    ("www ALIAS A web\nweb ALIAS A www", ["alias_loop", "alias_loop"]),
    ("www ALIAS A web\nweb ALIAS A gone", ["alias_missing", "alias_missing"]),
    ("www ALIAS A web\nwww A 192.0.2.1\nweb A 192.0.2.2", ["alias_and_values"]),
    ("@ ALIAS A www\nwww A 192.0.2.1", []),
    ("@ ALIAS A www\nwww CNAME a.example.net.", ["alias_missing"]),
    ("a 60 IN A 192.0.2.1\n IN A 192.0.2.2 ; second\n\n; none", ["ttl_differs"]),
    ("$TTL 60\na A 192.0.2.1\n A 192.0.2.2 ; second", []),
]


@pytest.mark.parametrize(("text", "codes"), RULES)
def test_rules_that_route_53_has(text: str, codes: list[str]) -> None:
    assert [problem.code for problem in zone.parse(text, ORIGIN).problems] == codes


def test_a_value_is_read_to_its_end() -> None:
    with pytest.raises(BadValueError):
        read("A", "192.0.2.1 192.0.2.2", ORIGIN)


def test_answers_through_aliases_show_the_name_that_was_asked() -> None:
    made = zone.parse("@ ALIAS A www\nwww 120 A 192.0.2.1\napi ALIAS A lb.elb.amazonaws.com.\n*.t ALIAS A www", ORIGIN)
    records = zone.answer(made, ORIGIN, "A").records
    assert [(name, ttl, value.text) for name, ttl, _, value in records] == [(ORIGIN, 120, "192.0.2.1")]
    assert {ttl for _, ttl, _, _ in zone.answer(made, "api.example.com.", "A").records} == {60}
    assert zone.answer(made, ORIGIN, "AAAA").status == zone.NODATA
    assert zone.answer(made, "q.t.example.com.", "A").records[0][0] == "q.t.example.com."


def test_a_name_that_only_has_names_below_it_exists() -> None:
    """So the wildcard does not answer for it (RFC 4592, section 2.2.2)."""
    made = zone.parse('a.b TXT "x"\n* A 192.0.2.1', ORIGIN)
    assert zone.answer(made, "b.example.com.", "A").status == zone.NODATA
    assert zone.answer(made, "c.example.com.", "A").status == zone.NOERROR
    assert zone.answer(made, "c.b.example.com.", "A").status == zone.NXDOMAIN


def test_names_that_do_not_exist_are_kept_for_the_lesser_of_two_times() -> None:
    assert zone.parse("", ORIGIN).negative_ttl == 900
    assert zone.parse("@ 3600 SOA ns. admin. 1 2 3 4 30", ORIGIN).negative_ttl == 30
