"""Train two versions of a classifier, register them, read them back in another process, compare, register again.

python -m examples.demo [--folder demo-run]
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
from pathlib import Path

from examples.demo.report import compare
from examples.demo.training import CANDIDATES, HIGHER_IS_BETTER, Candidate, Trained, trained
from modelreg import ModelRegistry, Registration

MODEL = "digits-classifier"


def main() -> None:
    """Run the demo, or the part of it that runs in the second process."""
    parser = argparse.ArgumentParser(prog="demo", description="Train, register, read back and compare two models.")
    parser.add_argument("--folder", type=Path, default=Path("demo-run"), help="where registry and weights lie")
    parser.add_argument("--compare", action="store_true", help="only read what is registered there and compare it")
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    # The weights stay in a folder of this machine, of which modelreg warns that no cluster can load them.
    logging.getLogger("modelreg").setLevel(logging.ERROR)
    # The address is given here, so that neither MODEL_REGISTRY_URL nor a CI job changes what the demo does.
    with ModelRegistry(folder / "registry.db") as registry:
        if options.compare:
            print(*(f"  {line}".rstrip() for line in compare(registry, MODEL)), sep="\n")
        else:
            show(registry, folder)


def show(registry: ModelRegistry, folder: Path) -> None:
    """Go the whole way: train, register, read back, register again."""
    weights = folder / "weights"
    weights.mkdir(parents=True, exist_ok=True)
    print(f"Everything of this demo lies in {folder}: a registry in one file, and the weights.")

    print("\n1. Train two classifiers of handwritten digits and evaluate them on held-out rows")
    results = [train(candidate, weights) for candidate in CANDIDATES]

    print(f"\n2. Register both as versions of {MODEL!r}, with their provenance")
    for result in results:
        happened = register(registry, result, weights).outcome
        print(f"  {result.version}  model {happened.model}, version {happened.version}, artifact {happened.artifact}")

    print("\n3. Read them back by name, in another process that knows only the registry, and compare", flush=True)
    reader = [sys.executable, "-m", "examples.demo", "--compare", "--folder", str(folder)]
    subprocess.run(reader, cwd=Path(__file__).parents[2], check=True)

    print(f"\n4. Register {results[0].version} again: what is already true is not written twice")
    done = register(registry, results[0], weights)
    print(f"  {done.model.name}@{done.version.name}, id {done.version.id}: {done.outcome}")


def train(candidate: Candidate, folder: Path) -> Trained:
    """Train a candidate, unless an earlier run did, and say what came of it."""
    result, reused = trained(candidate, folder)
    how = "reused" if reused else "trained"
    file = f"{result.weights}, {result.size / 1000:,.0f} kB, sha256 {result.sha256[:12]}..."
    print(f"  {result.version}  {candidate.algorithm:20}  {how}: {file}")
    return result


def register(registry: ModelRegistry, result: Trained, folder: Path) -> Registration:
    """Register one trained version."""
    return registry.register(
        MODEL,
        result.version,
        uri=(folder / result.weights).as_uri(),
        model_format="skops",
        model_format_version=result.properties["libraries"]["skops"],
        description=result.description,
        properties=result.properties,
        metrics=result.metrics,
        higher_is_better=HIGHER_IS_BETTER,
        labels=["demo"],
        owner="demo",
        model_description="Reads a handwritten digit from an image of 8 by 8 points",
        artifact_properties={"sha256": result.sha256, "size": result.size},
        # The weights lie in the demo's own folder: when that is moved, its registry follows.
        on_conflict="update",
    )


if __name__ == "__main__":
    main()
