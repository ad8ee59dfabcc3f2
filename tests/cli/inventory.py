"""Every command once, with arguments that work on the registry that the tests fill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from modelreg._cli.app import root

#: Commands that only read and write rows, pages or one record.
READS: Sequence[Sequence[str]] = (
    ("models", "list"),
    ("models", "get", "1"),
    ("models", "find", "fraud"),
    ("versions", "list", "fraud"),
    ("versions", "list"),
    ("versions", "get", "2"),
    ("versions", "find", "fraud@1.4.0"),
    ("versions", "latest", "fraud"),
    ("versions", "best", "fraud", "--metric", "auc"),
    ("artifacts", "list", "fraud", "1.4.0"),
    ("artifacts", "get", "3"),
    ("artifacts", "find", "fraud@1.4.0", "card"),
    ("alias", "list", "churn"),
    ("alias", "history", "churn", "champion"),
    ("serving-environments", "list"),
    ("serving-environments", "get", "ENVIRONMENT"),
    ("serving-environments", "find", "prod"),
    ("inference-services", "list"),
    ("inference-services", "get", "SERVICE"),
    ("inference-services", "find", "prod", "fraud-svc"),
    ("inference-services", "model", "prod", "fraud-svc"),
    ("inference-services", "version", "prod", "fraud-svc"),
    ("serve-models", "list", "prod", "fraud-svc"),
    ("serve-models", "get", "ACT", "prod", "fraud-svc"),
    ("serve-models", "find", "prod", "fraud-svc", "first"),
    ("experiments", "list"),
    ("experiments", "get", "EXPERIMENT"),
    ("experiments", "find", "tuning"),
    ("runs", "list", "tuning"),
    ("runs", "get", "RUN"),
    ("runs", "find", "tuning", "run-1"),
    ("runs", "artifacts", "tuning", "run-1"),
    ("runs", "metric-history", "tuning", "run-1"),
    ("show", "fraud"),
    ("show", "fraud@1.4.0"),
    ("compare", "fraud@1.3.0", "fraud@1.4.0"),
    ("compare", "fraud", "--metric", "auc", "--history"),
    ("tree", "fraud"),
    ("resolve", "model-registry://fraud/1.4.0"),
    ("doctor",),
    ("config",),
)
WRITES: Sequence[Sequence[str]] = (
    ("register", "fraud", "1.5.0", "--uri", "s3://models/fraud/1.5.0", "--metric", "auc=0.95"),
    ("models", "upsert", "new", "--owner", "ana"),
    ("models", "update", "fraud", "--description", "as it is now"),
    ("models", "archive", "churn"),
    ("models", "restore", "churn"),
    ("versions", "upsert", "fraud@2", "--property", "auc=0.5"),
    ("versions", "update", "fraud@1.3.0", "--author", "ben"),
    ("versions", "archive", "fraud@1.3.0"),
    ("versions", "restore", "fraud@1.3.0"),
    ("alias", "set", "fraud", "champion", "1.4.0"),
    ("promote", "fraud@1.4.0", "best"),
    ("artifacts", "upsert", "churn@1", "churn", "--uri", "s3://models/churn"),
    ("artifacts", "update", "fraud@1.4.0", "card", "--description", "read me"),
    ("serving-environments", "upsert", "test", "--label", "small"),
    ("serving-environments", "update", "prod", "--description", "live"),
    ("inference-services", "upsert", "prod", "churn-svc", "--version", "churn@1"),
    ("inference-services", "update", "prod", "fraud-svc", "--runtime", "triton"),
    ("inference-services", "undeploy", "prod", "fraud-svc", "--yes"),
    ("inference-services", "deploy", "prod", "fraud-svc"),
    ("serve-models", "upsert", "prod", "fraud-svc", "second", "--version", "fraud@1.4.0"),
    ("experiments", "upsert", "sweep"),
    ("experiments", "update", "tuning", "--owner", "ben"),
    ("experiments", "archive", "tuning"),
    ("experiments", "restore", "tuning"),
    ("runs", "upsert", "tuning", "run-2", "--status", "RUNNING"),
    ("runs", "update", "tuning", "run-1", "--status", "FINISHED"),
    ("runs", "archive", "tuning", "run-1"),
    ("runs", "restore", "tuning", "run-1"),
    ("runs", "log-metric", "tuning", "run-1", "--name", "loss", "--value", "0.1", "--step", "3"),
    ("runs", "log-params", "tuning", "run-1", "--param", "depth=7"),
)
#: What has neither a form of output to choose nor a write; and `serve`, which does not end.
OTHERS: Sequence[Sequence[str]] = (
    ("artifacts", "renew", "fraud@1.4.0"),
    ("alias", "delete", "fraud", "nobody"),
    ("export", "-o", "out.jsonl"),
    ("import", "out.jsonl"),
    ("bulk", "registrations.jsonl"),
    ("copy", "registry.db", "./copy.db"),
    ("completion", "bash"),
    ("register", "churn", "1", "--files", "out.jsonl", "--to", "store"),
    ("files", "churn@1"),
    ("verify", "churn@1"),
    ("download", "churn@1", "-o", "weights"),
)
#: Held against servers of their own: `serve` does not end, and `register-hf` reads the Hub.
ELSEWHERE = {("serve",), ("ui",), ("register-hf",)}


def leaves() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Return every command with its words."""
    context = click.Context(root, info_name="modelreg")
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        if isinstance(command, click.Group):
            for verb in command.list_commands(context):
                yield (name, verb), command.get_command(context, verb)
        else:
            yield (name,), command


def named(arguments: Sequence[str], ids: dict[str, str]) -> list[str]:
    """Put the ids of the filled registry into a command."""
    return [ids.get(argument, argument) for argument in arguments]
