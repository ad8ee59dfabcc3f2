"""Recognition of databases that another program made, so that none is changed and each is named for what it is."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from sqlalchemy import Connection

from modelreg.local._registry.errors import StoreError
from modelreg.local._registry.location import Location
from modelreg.local._registry.schema import metadata

#: Tables by which a program is known, the more telling ones first.
_PROGRAMS = (
    ({"experiments", "runs", "latest_metrics"}, "MLflow's tracking database"),
    ({"registered_models", "model_versions"}, "MLflow's model registry"),
    ({"MLMDEnv", "Artifact"}, "an ML Metadata database, as Kubeflow's own server keeps it"),
    ({"Artifact", "ContextProperty"}, "the database of a Kubeflow Model Registry server"),
    ({"studies", "trials"}, "an Optuna study"),
    ({"auth_user", "django_migrations"}, "a Django application's database"),
    ({"dag", "dag_run"}, "Airflow's database"),
    ({"moz_places"}, "a Firefox profile's database"),
    ({"gpkg_contents"}, "a GeoPackage"),
)
#: Every registry has these, of whatever release.
_OURS = {"resource", "property", "registered_model", "alembic_version"}


def tables_of(connection: Connection) -> AbstractSet[str]:
    """Return the names of the tables that a connection finds without naming a schema."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    else:
        # Not by to_regclass: inside a transaction it may remember that a table was not there before a lock.
        query = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = ANY (current_schemas(false))"
    return {name for (name,) in connection.exec_driver_sql(query)}


def refuse(connection: Connection, location: Location) -> None:
    """Refuse a database that holds what is not a registry's; an empty one is not refused.

    Raises:
        StoreError: It is another program's.
    """
    tables = tables_of(connection)
    if tables >= _OURS:
        return
    # Beside others' tables a PostgreSQL schema has room for ours, as long as no name is taken.
    taken = tables & {*metadata.tables, "alembic_version"}
    if not tables or (location.path is None and not taken):
        return
    program = next((name for known, name in _PROGRAMS if tables >= known), None)
    if program is not None:
        raise StoreError(f"{location} is {program} and not a registry: give the address of another database")
    shown = ", ".join(sorted(tables)[:5])
    raise StoreError(f"{location} is a database of something else: it has the tables {shown}, but not a registry's")
