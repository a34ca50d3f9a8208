from patternctl import manifest
from patternctl.rulekit import Facts
from patternctl.rulekit.sharing import Tenancy, sharers, tenancies


def facts(text: str) -> Facts:
    return Facts(manifest.from_text(f"version: 1\nsystem: shop\n{text}", "a.yaml").architecture)


def only(text: str) -> Tenancy:
    (tenancy,) = tenancies(facts(text), 2)
    return tenancy


def test_databases_are_told_apart_and_unnamed_ones_stay_unknown_beside_them() -> None:
    tenancy = only(
        """
services:
  a: {uses: [{store: db, database: one}]}
  b: {uses: [{store: db, database: one}, {store: db, database: two}]}
  c: {uses: [db]}
stores: {db: {}}
"""
    )
    assert [database.name for database in tenancy.databases] == ["one", "two"]
    assert [database.services for database in tenancy.shared] == [["a", "b"]]
    assert [use.service for use in tenancy.unplaced] == ["c"]
    assert tenancy.path == ("stores", "db")


def test_a_store_without_named_databases_is_one_where_the_manifest_tells_all_uses() -> None:
    text = "services: {a: {uses: [db]}, b: {uses: [db]}}\nstores: {db: {}}\n"
    assert [database.name for database in only(text).shared] == [""]
    found = only(f"complete: [services]\n{text}")
    assert found.shared == ()
    assert len(found.unplaced) == 2


def test_undeclared_stores_are_placed_where_they_are_used() -> None:
    tenancy = only("services: {a: {uses: [db]}, b: {uses: [db]}}\n")
    assert tenancy.path == ("services", "a", "uses", 0)


def test_one_common_table_or_account_ends_the_separation() -> None:
    text = """
services:
  a: {{uses: [{{store: db, database: shop, user: a, tables: [orders]}}]}}
  b: {{uses: [{{store: db, database: shop, user: {user}, tables: [{table}]}}]}}
stores: {{db: {{}}}}
"""
    assert only(text.format(user="b", table="stock")).shared == ()
    assert only(text.format(user="a", table="stock")).shared
    assert only(text.format(user="b", table="orders")).shared


def test_who_serves_the_owner_is_no_sharer_and_neither_is_the_owners_cache() -> None:
    found = facts(
        """
services:
  owner: {uses: [{store: db, purpose: cache}]}
  reader: {uses: [{store: db, purpose: cache}]}
  relay: {uses: [{store: db, purpose: relay}]}
  tool: {kind: infrastructure, uses: [db]}
stores: {db: {owner: owner}}
"""
    )
    assert [use.service for use in sharers(found, "db")] == ["reader"]
    assert list(tenancies(found, 2)) == []


def test_read_models_are_another_question() -> None:
    found = facts(
        "services: {a: {uses: [view]}, b: {uses: [view]}}\nstores: {view: {role: read-model}}\n"
    )
    assert list(tenancies(found, 2)) == []


def test_the_place_of_an_undeclared_store_does_not_follow_the_order_of_services() -> None:
    tenancy = only("services: {b: {uses: [db]}, a: {uses: [db]}}\n")
    assert tenancy.path == ("services", "a", "uses", 0)


def test_a_clash_needs_a_writer_of_what_another_uses() -> None:
    text = """
services:
  a: {{uses: [{{store: db, access: read-write, tables: [orders]}}]}}
  b: {{uses: [{{store: db, access: {access}, tables: [{table}]}}]}}
stores: {{db: {{}}}}
"""
    (same,) = only(text.format(access="read", table="orders")).shared
    (other,) = only(text.format(access="write", table="stock")).shared
    assert same.clash == "a writes table orders, b uses it"
    assert other.clash == ""
